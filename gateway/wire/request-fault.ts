// What is wrong with a request message, said so that its author finds the place: the first fault
// in a fixed order, an unknown key before a missing one (it is often the same, misspelt), a missing
// one before a value that does not fit, and these in the order of the schema.

import { ProtocolError } from '../protocol/errors.ts';
import { didYouMean } from '../protocol/nearest.ts';
import type { TSchema, Validator } from '../protocol/schema.ts';

/** An error answer never repeats more of a hostile key than this many characters. */
const SHOWN_KEY_LENGTH_MAX = 128;

export function invalidRequest(path: string, message: string): ProtocolError {
  return new ProtocolError('INVALID_REQUEST', message, { path });
}

/** The refusal of a message that `check` has found wanting. */
export function faultOf(check: Validator, message: unknown): ProtocolError {
  const stray = strayKey(check.Type(), message, '');
  if (stray !== undefined) return stray;
  const errors = check.Errors(message);
  for (const error of errors) {
    if (error.keyword !== 'required') continue;
    const [key] = error.params.requiredProperties;
    if (key !== undefined) return missingKey(error.instancePath, key);
  }
  const [first] = errors;
  const { description = 'valid' } = schemaAt(check.Type(), first?.schemaPath ?? '#');
  return mustBe(first?.instancePath ?? '', description);
}

/** The refusal of a value that is not what it must be. */
export function mustBe(path: string, description: string): ProtocolError {
  return invalidRequest(path, `${path === '' ? 'a message' : path} must be ${description}`);
}

/** The first key that its object does not have, outer objects before inner ones. */
function strayKey(node: SchemaNode, value: unknown, path: string): ProtocolError | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const properties = propertiesOf(node);
  const known = Object.keys(properties);
  const entries = Object.entries(value);
  for (const [key] of entries) {
    if (!Object.hasOwn(properties, key)) return unknownKey(path, key, known);
  }
  for (const [key, inner] of entries) {
    const child = properties[key];
    if (child === undefined || propertiesOf(child) === NO_PROPERTIES) continue;
    const stray = strayKey(child, inner, `${path}/${key}`);
    if (stray !== undefined) return stray;
  }
  return undefined;
}

/** The refusal of a key that is not among the `known` ones of the object at `path`. */
export function unknownKey(path: string, key: string, known: readonly string[]): ProtocolError {
  const shown = shortened(key);
  const hint = didYouMean(key, known) || `; known are ${known.join(', ')}`;
  return invalidRequest(`${path}/${pointerToken(shown)}`, `unknown key "${shown}"${hint}`);
}

export function missingKey(path: string, key: string): ProtocolError {
  return invalidRequest(`${path}/${pointerToken(key)}`, `the key "${key}" is missing`);
}

function shortened(key: string): string {
  return key.length <= SHOWN_KEY_LENGTH_MAX ? key : `${key.slice(0, SHOWN_KEY_LENGTH_MAX)}…`;
}

/** A key as JSON Pointer spells it [RFC 6901 §3]. */
function pointerToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Record<string, TSchema>;
}

/** The part of a schema that `path` (`#/properties/readLogPeriod`) names. */
function schemaAt(schema: TSchema, path: string): SchemaNode {
  let node: SchemaNode = schema;
  const keys = path.split('/').slice(1);
  for (let i = 1; i < keys.length; i += 2) node = propertiesOf(node)[keys[i] ?? ''] ?? node;
  return node;
}

const NO_PROPERTIES: Record<string, TSchema> = {};

function propertiesOf(node: SchemaNode): Record<string, TSchema> {
  return node.properties ?? NO_PROPERTIES;
}
