// DUIS response codes in use here [domain §6]. The `why` of an answer quotes the meaning.

export const RESPONSE_CODES = {
  I0: 'success',
  I99: 'accepted, or done without anything to return',
  E1: 'the User or role is not a valid Party',
  E2: 'the role may not send this Service Reference',
  E3: 'the status of the User does not allow it',
  E4: 'the role is not authorised for this device',
  E5: 'the status of the device does not allow it',
  E11: 'the Service Reference Variant does not fit the type of the device',
  E12: 'the Command Variant does not fit the Service Reference Variant',
  E13: 'the request was sent to the wrong service',
  E17: 'local delivery of a command is not available',
  E19: 'the device does not exist',
  E20: 'the device cannot be communicated with',
  E21: 'the device did not answer in time',
  E050101: 'the dates or times of the schedule do not fit together (provisional)',
  W050201: 'there is no schedule to show (provisional)',
  E050301: 'there is no such schedule of this User (provisional)',
} as const;

export type ResponseCode = keyof typeof RESPONSE_CODES;

/** Codes by which a read of a meter can fail. */
export type DeviceFailureCode = 'E20' | 'E21';
