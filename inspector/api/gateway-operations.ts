// The operations that the gateway itself answers under /api/v1, as the OpenAPI document tells of
// them. A test holds the list against the pages that are there.

import { Type } from '../../gateway/protocol/schema.ts';
import { CLOCK, DEVICE, FUTURE_DATED, GATEWAY } from './answers.ts';
import type { OperationWords } from './operation.ts';

const CLOCK_ORDER = Type.Object(
  {
    advanceSeconds: Type.Optional(Type.Number({ minimum: 0 })),
    to: Type.Optional(Type.String({ description: 'an ISO 8601 time that has not passed' })),
    pause: Type.Optional(Type.Literal(true)),
    resume: Type.Optional(Type.Literal(true)),
    speed: Type.Optional(Type.Number({ minimum: 0.001, maximum: 1_000_000 })),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
);

const TEXT = Type.String();
const XML = Type.String({ description: 'DUIS XML, Content-Type application/xml' });

const duis = (path: string, summary: string): OperationWords => ({
  ...{ method: 'POST', path, summary, body: XML, answers: XML, refuses: [400] },
});

export const GATEWAY_OPERATIONS: readonly OperationWords[] = [
  {
    ...{ method: 'GET', path: '/api/v1/gateway', summary: 'The ready line with the time now.' },
    answers: GATEWAY,
  },
  { method: 'GET', path: '/api/v1/clock', summary: 'Virtual time.', answers: CLOCK },
  {
    ...{ method: 'POST', path: '/api/v1/clock', summary: 'Moves, holds or speeds virtual time.' },
    ...{ body: CLOCK_ORDER, answers: CLOCK, refuses: [400, 409] },
  },
  {
    method: 'GET',
    path: '/api/v1/devices/{deviceId}',
    summary: 'A device of the inventory with its active schedules.',
    ...{ answers: DEVICE, refuses: [400, 404] },
  },
  {
    method: 'PATCH',
    path: '/api/v1/devices/{deviceId}',
    summary: "Changes a device's status.",
    body: Type.Object({ deviceStatus: Type.String() }, { additionalProperties: false }),
    ...{ answers: DEVICE, refuses: [400, 404] },
  },
  {
    method: 'GET',
    path: '/api/v1/future-dated',
    summary: 'Requests that wait for their execution time.',
    query: Type.Object({ limit: Type.Optional(TEXT), after: Type.Optional(TEXT) }),
    ...{ answers: FUTURE_DATED, refuses: [400] },
  },
  duis('/api/v1/serviceS', 'DUIS Send Command Service.'),
  duis('/api/v1/serviceD', 'DUIS Non-Device Service.'),
  duis('/api/v1/serviceT', 'DUIS Transform Service: refused with E13.'),
  {
    ...{ method: 'GET', path: '/api/v1/openapi.json', summary: 'This document.' },
    answers: Type.Object({}, { description: 'OpenAPI 3.1', additionalProperties: true }),
  },
];
