// The walk over one Request document, element by element against the grammar. What is wrong with
// its elements is kept as the document's fault, the first one only, while the rest is still read:
// it may turn out not to be XML at all, and it may have the RequestID to answer with.

import type { SaxesTagNS } from 'saxes';
import { ProtocolError } from '../../protocol/errors.ts';
import { didYouMean } from '../../protocol/nearest.ts';
import { type ElementRule, REQUEST, UNSERVED } from './grammar.ts';
import {
  DS_NAMESPACE,
  SCHEMA_VERSIONS_READ,
  SR_NAMESPACE,
  XMLNS_NAMESPACE,
  XSI_NAMESPACE,
} from './namespaces.ts';
import { disagreement } from './srv-names.ts';

/** No element of a Request, signature included, lies deeper than 8; the rest is an attack. */
export const XML_DEPTH_MAX = 32;

/** An error answer never repeats more of a hostile name than this. */
const SHOWN_NAME_LENGTH_MAX = 64;

export type Plain = Record<string, unknown>;

/** Where RequestID lies: Request, Header, RequestID. */
const REQUEST_ID_DEPTH = 3;

export class DuisDocument {
  /** To answer with, whatever else is wrong. */
  requestId: string | undefined;
  /** The message as JSON spells it. */
  readonly plain: Plain = {};
  /** The first thing that is wrong with the elements. */
  fault: ProtocolError | undefined;
  /** An SRV of DUIS that nothing here serves. */
  unservedSrv: string | undefined;
  /** What a CreateSchedule wants read; empty in other requests. */
  scheduledSrv = '';
  /** Whether there is a ds:Signature, which is not verified. */
  signed = false;

  readonly #rules: ElementRule[] = [];
  /** For each open element the place of the child that may come next. */
  readonly #next: number[] = [];
  #depth = 0;
  /** Depth of the element inside which nothing counts; 0 outside of any. */
  #skippedFrom = 0;
  #text = '';
  #reference = '';

  open(tag: SaxesTagNS): void {
    this.#depth++;
    if (this.#depth > XML_DEPTH_MAX) {
      const message = `elements lie more than ${XML_DEPTH_MAX} deep`;
      throw new ProtocolError('MALFORMED_FRAME', message);
    }
    if (this.#skippedFrom > 0 && this.fault === undefined) return;
    this.#text = '';
    if (this.#skippedFrom > 0) return;
    const rule = this.#ruleOf(tag);
    if (rule === undefined) return;
    if (rule.skipped) {
      this.#skippedFrom = this.#depth;
      if (rule.namespace === DS_NAMESPACE) this.signed = true;
      return;
    }
    this.#rules.push(rule);
    this.#next.push(0);
    this.#checkAttributes(tag);
  }

  text(text: string): void {
    if (this.#skippedFrom > 0 && this.fault === undefined) return;
    const rule = this.#rules[this.#rules.length - 1];
    if (this.#skippedFrom > 0 || rule?.form !== undefined) this.#text += text;
    else if (trimmed(text) !== '') this.#refuse('', 'holds elements and no text');
  }

  close(tag: SaxesTagNS): void {
    const depth = this.#depth--;
    if (this.#skippedFrom > 0 && this.fault === undefined) {
      if (depth === this.#skippedFrom) this.#skippedFrom = 0;
      return;
    }
    const text = trimmed(this.#text);
    this.#text = '';
    if (depth === REQUEST_ID_DEPTH && tag.local === 'RequestID' && tag.uri === SR_NAMESPACE) {
      this.requestId ??= text;
    }
    if (this.#skippedFrom > 0) return;
    const rule = this.#rules[this.#rules.length - 1];
    if (rule?.form !== undefined) this.#take(rule, text);
    else if (rule !== undefined) this.#checkComplete(rule);
    this.#rules.pop();
    this.#next.pop();
  }

  /** What an element must be by the grammar; undefined when it has no place there. */
  #ruleOf(tag: SaxesTagNS): ElementRule | undefined {
    const parent = this.#rules[this.#rules.length - 1];
    const place = this.#next[this.#next.length - 1] ?? 0;
    if (parent === undefined) {
      if (fits(REQUEST, tag)) return REQUEST;
      return this.#refuse(`/${shown(tag.local)}`, `is not the Request of ${SR_NAMESPACE}`);
    }
    const { children = [], choice, chosen } = parent;
    for (let at = choice ? 0 : place; at < children.length; at++) {
      const rule = children[at];
      if (rule === undefined || !fits(rule, tag)) continue;
      return this.#inPlace(parent, rule, at, place);
    }
    if (chosen !== undefined && place <= children.length) {
      const missing = firstMandatory(children, place, children.length);
      if (missing === undefined) return this.#chosenRule(parent, tag);
      if (!children.some((rule) => fits(rule, tag))) return this.#missing(missing);
    }
    return this.#misplaced(children, tag);
  }

  #inPlace(
    parent: ElementRule,
    rule: ElementRule,
    at: number,
    place: number,
  ): ElementRule | undefined {
    if (parent.choice && place > 0) {
      return this.#refuse(`/${rule.name}`, `is one too many: ${parent.name} takes exactly one`);
    }
    const missing = parent.choice ? undefined : firstMandatory(parent.children, place, at);
    if (missing !== undefined) return this.#missing(missing);
    this.#next[this.#next.length - 1] = at + 1;
    return rule;
  }

  /** The element that the SRV has chosen before. */
  #chosenRule(parent: ElementRule, tag: SaxesTagNS): ElementRule | undefined {
    this.#next[this.#next.length - 1] = (parent.children?.length ?? 0) + 1;
    const srv = String(this.plain.serviceReferenceVariant);
    const { scheduledSrv } = this;
    const chosen = parent.chosen?.({ serviceReferenceVariant: srv, scheduledSrv }) ?? 'unserved';
    if (chosen === 'unserved') {
      this.unservedSrv = srv;
      if (tag.uri === SR_NAMESPACE) return UNSERVED;
    } else if (fits(chosen, tag)) {
      return chosen;
    }
    const takes = chosen === 'unserved' ? `an element of ${SR_NAMESPACE}` : chosen.name;
    return this.#refuse(
      `/${shown(tag.local)}`,
      `must be ${takes}, to go with ${scheduledSrv || srv}`,
    );
  }

  #misplaced(children: readonly ElementRule[], tag: SaxesTagNS): undefined {
    const name = shown(tag.local);
    if (children.some((rule) => fits(rule, tag))) {
      return this.#refuse(`/${name}`, 'stands in the wrong place, or twice');
    }
    const known = children.map((rule) => rule.name);
    if (known.includes(tag.local)) {
      return this.#refuse(`/${name}`, `is not in the namespace ${SR_NAMESPACE}`);
    }
    return this.#refuse(`/${name}`, `is not known here${didYouMean(tag.local, known)}`);
  }

  #missing(rule: ElementRule): undefined {
    return this.#refuse(`/${rule.name}`, 'is missing');
  }

  #checkComplete(rule: ElementRule): void {
    const { children = [], choice, chosen } = rule;
    const place = this.#next[this.#next.length - 1] ?? 0;
    if (choice) {
      if (place > 0) return;
      this.#refuse('', `must hold one of ${children.map(({ name }) => name).join(', ')}`);
      return;
    }
    const missing = firstMandatory(children, place, children.length);
    if (missing !== undefined) this.#missing(missing);
    else if (chosen !== undefined && place <= children.length) {
      this.#refuse('', 'lacks the element that goes with its Service Reference Variant');
    }
  }

  #checkAttributes({ attributes }: SaxesTagNS): void {
    let version: string | undefined;
    for (const name in attributes) {
      const attribute = attributes[name];
      if (attribute === undefined || attribute.uri === XMLNS_NAMESPACE) continue;
      if (attribute.uri === XSI_NAMESPACE) continue;
      if (this.#depth === 1 && name === 'schemaVersion') version = attribute.value;
      else this.#refuse(`/@${shown(name)}`, 'is not an attribute of this element');
    }
    if (this.#depth === 1 && !isVersionRead(version)) {
      const versions = SCHEMA_VERSIONS_READ.map((read) => read.toFixed(1)).join(', ');
      this.#refuse('/@schemaVersion', `must be one of ${versions}`);
    }
  }

  /** The value of an element, put where the message has it. */
  #take(rule: ElementRule, text: string): void {
    const { keys, agrees } = rule;
    const [outer, inner] = keys;
    if (outer === undefined) {
      this.#reference = text;
      return;
    }
    if (inner === undefined) this.plain[outer] = leafValue(rule, text);
    else this.#group(outer)[inner] = leafValue(rule, text);
    if (agrees === 'schedule') this.scheduledSrv = text;
    const wrong = agrees && disagreement(this.#reference, text, agrees);
    if (!wrong) return;
    const name = wrong.of === 'variant' ? rule.name : rule.name.replace(/Variant$/, '');
    this.#refuse(`/${name}`, wrong.message, this.#rules.slice(0, -1));
  }

  #group(key: string): Plain {
    const group = this.plain[key];
    if (isPlain(group)) return group;
    const made: Plain = {};
    this.plain[key] = made;
    return made;
  }

  /** Keeps the first fault; nothing after it counts. `place` lies in the innermost of `within`. */
  #refuse(place: string, message: string, within = this.#rules): undefined {
    const path = `${within.map(({ name }) => `/${name}`).join('')}${place}`;
    this.fault ??= new ProtocolError('INVALID_REQUEST', `${path} ${message}`, { path });
    this.#skippedFrom = 1;
    return undefined;
  }
}

function fits(rule: ElementRule, tag: SaxesTagNS): boolean {
  return tag.local === rule.name && tag.uri === rule.namespace;
}

/** The first child that may not be left out, from place `from` to before `to`. */
function firstMandatory(
  children: readonly ElementRule[] = [],
  from: number,
  to: number,
): ElementRule | undefined {
  for (let at = from; at < to; at++) if (children[at]?.optional === false) return children[at];
  return undefined;
}

function leafValue({ form }: ElementRule, text: string): unknown {
  if (form === 'integer' && INTEGER.test(text)) return Number(text);
  // xs:date and xs:time may say that they are UTC in ways that JSON's do not have.
  if (form === 'date') return text.replace(UTC_AT_THE_END, '');
  if (form === 'time') return text.replace(UTC_OFFSET_AT_THE_END, 'Z');
  return text;
}

/** An xs:integer that a JS number holds. */
const INTEGER = /^[+-]?\d{1,15}$/;
const UTC_AT_THE_END = /(?:Z|[+-]00:00)$/;
const UTC_OFFSET_AT_THE_END = /[+-]00:00$/;

function isVersionRead(version: string | undefined): boolean {
  const text = trimmed(version ?? '');
  return /^\+?\d+(?:\.\d*)?$/.test(text) && SCHEMA_VERSIONS_READ.includes(Number(text));
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null;
}

/** Without the white space of XML around it. No pattern: one that looks for the end is slow. */
function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}

function shown(name: string): string {
  const { length } = name;
  return length <= SHOWN_NAME_LENGTH_MAX ? name : `${name.slice(0, SHOWN_NAME_LENGTH_MAX)}…`;
}
