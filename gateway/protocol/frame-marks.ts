// What the header of a WebSocket frame is made of [RFC 6455 §5.2], for all who read or write frames
// without the library: the port, the short cut for hits, the load tester and the benches.

/** First byte: the frame ends its message. */
export const FIN = 0x80;
/** First byte of a whole message. */
export const FIN_TEXT = 0x81;
export const FIN_BINARY = 0x82;

/** Opcodes of messages. */
export const TEXT = 0x01;
export const BINARY = 0x02;
/** Opcodes; from the first of these on of control frames, which may stand between fragments. */
export const CLOSE = 0x08;
export const PING = 0x09;
export const PONG = 0x0a;

/** Second byte: four bytes of mask follow the length. */
export const MASKED = 0x80;
export const MASK_SIZE = 4;
/** Second byte without that bit: the length, or how many bits it follows in. */
export const LENGTH_7 = 0x7f;
export const LENGTH_16 = 126;
export const LENGTH_64 = 127;
/** The longest payloads that 7 and 16 bits tell. */
export const LENGTH_7_MAX = 125;
export const LENGTH_16_MAX = 0xffff;
