// A form that sends a Service Request to the meter as any client would, and shows the answers, the
// latest first, each with its why.

import { DAY_SECONDS, formatDate, parseDate } from '../../gateway/protocol/half-hours.ts';
import {
  type DeviceType,
  SERVICE_REFERENCES,
  type Srv,
} from '../../gateway/protocol/service-reference.ts';
import type { WorldParty } from '../world.ts';
import { answerCard } from './answer-card.ts';
import { get } from './api.ts';
import { element, form, labelled, select } from './element.ts';
import { wallMs } from './real-time.ts';
import { requestMessage } from './request-message.ts';
import { SrLine } from './sr-line.ts';
import type { Desk, Meter, Panel } from './view.ts';

const SRVS = Object.entries(SERVICE_REFERENCES).map(([srv, { name }]) => {
  return { value: srv, label: `${srv} ${name}` };
});

/** Answers that stay in view: enough to compare one with the one before. */
const ANSWERS_SHOWN = 5;

export function requestPanel(desk: Desk, deviceId: string): Panel {
  return new RequestPanel(desk, deviceId);
}

class RequestPanel implements Panel {
  readonly node: HTMLElement;
  readonly #desk: Desk;
  readonly #deviceId: string;
  readonly #line = new SrLine();
  readonly #srv = select(SRVS, '4.8.1');
  readonly #party = element('select');
  readonly #from = element('input', { type: 'date' });
  readonly #to = element('input', { type: 'date' });
  readonly #explain = element('input', { type: 'checkbox', checked: true, id: 'explain' });
  readonly #token = element('input', { type: 'password', size: 18, autocomplete: 'off' });
  readonly #text = element('textarea', { rows: 11, spellcheck: 'false' });
  readonly #send = element('button', { type: 'submit', class: 'primary' }, 'Send');
  readonly #trouble = element('p', { class: 'bad', role: 'alert' });
  readonly #answers = element('div', { class: 'stack', 'aria-live': 'polite' });
  #parties: readonly WorldParty[] = [];
  #deviceType: DeviceType = 'ESME';
  #counter = 0;

  constructor(desk: Desk, deviceId: string) {
    this.#desk = desk;
    this.#deviceId = deviceId;
    for (const control of [this.#srv, this.#party, this.#from, this.#to, this.#explain]) {
      control.addEventListener('change', () => {
        if (control === this.#srv) this.#listParties();
        this.#write();
      });
    }
    const explain = element(
      'label',
      { class: 'switch', for: 'explain' },
      this.#explain,
      element('span', {}, 'Say why'),
    );
    const token = labelled('Token, if the Party has one', this.#token);
    const asked = form(
      () => void this.#ask(),
      { class: 'card request' },
      element('h2', {}, 'Request'),
      element(
        'div',
        { class: 'ask' },
        labelled('Service Request', this.#srv),
        labelled('Asked by', this.#party),
        labelled('From', this.#from),
        labelled('To the end of', this.#to),
        token,
        explain,
      ),
      labelled('Message, as it is sent on /sr', this.#text),
      element('p', { class: 'controls' }, this.#send),
      this.#trouble,
    );
    const hint =
      'Answers come here, each with where it came from and why. Send the same request twice: a ' +
      'meter with a schedule is read over the WAN once, the second answer is from the cache.';
    this.#answers.append(element('p', { class: 'empty' }, hint));
    this.node = element('div', { class: 'grid requests' }, asked, this.#answers);
    void this.#fetchParties();
  }

  live({ deviceType, now }: Meter): void {
    const type = deviceType === 'GSME' || deviceType === 'GPF' ? deviceType : 'ESME';
    if (type !== this.#deviceType) {
      this.#deviceType = type;
      this.#listParties();
    }
    if (this.#from.value !== '') return;
    const yesterday = formatDate(Math.floor(Date.parse(now) / 1000 / DAY_SECONDS) - 1);
    this.#from.value = yesterday;
    this.#to.value = yesterday;
    this.#write();
  }

  close(): void {
    this.#line.close();
  }

  async #fetchParties(): Promise<void> {
    const answer = await get<{ parties: readonly WorldParty[] }>('parties');
    this.#parties = answer.ok ? answer.value.parties : [];
    this.#listParties();
    this.#write();
  }

  /** Those that may ask first: the others are there to see a refusal. */
  #listParties(): void {
    const chosen = this.#party.value;
    const { roles } = SERVICE_REFERENCES[this.#chosenSrv()];
    const may = ({ roles: own }: WorldParty) =>
      roles.some((role) => own.includes(role) && fitsFuel(role, this.#deviceType));
    const option = (party: WorldParty) => {
      const notes = [
        party.hasToken ? 'token' : '',
        party.status === 'active' ? '' : party.status,
      ].filter((note) => note !== '');
      const more = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
      return element(
        'option',
        { value: party.id },
        `${party.roles.join('+')} ${party.name}${more}`,
      );
    };
    const group = (label: string, parties: readonly WorldParty[]) =>
      element('optgroup', { label }, ...parties.map(option));
    const able = this.#parties.filter(may);
    const others = this.#parties.filter((party) => !may(party));
    this.#party.replaceChildren(group('May ask this', able), group('May not', others));
    this.#party.value = able.some(({ id }) => id === chosen) ? chosen : (able[0]?.id ?? chosen);
  }

  #chosenSrv(): Srv {
    const { value } = this.#srv;
    const found = SRVS.find((each) => each.value === value);
    return isSrv(found?.value) ? found.value : '4.8.1';
  }

  /** Writes the message that the choices make. */
  #write(): void {
    const fromDay = parseDate(this.#from.value);
    const toDay = parseDate(this.#to.value);
    if (Number.isNaN(fromDay + toDay)) return;
    this.#counter = Math.max(this.#counter + 1, wallMs());
    const message = requestMessage({
      srv: this.#chosenSrv(),
      originatorId: this.#party.value,
      deviceId: this.#deviceId,
      counter: this.#counter,
      fromDay,
      toDay,
      explain: this.#explain.checked,
    });
    this.#text.value = JSON.stringify(message, null, 2);
  }

  async #ask(): Promise<void> {
    const message = readMessage(this.#text.value);
    this.#trouble.textContent = typeof message === 'string' ? message : '';
    if (typeof message === 'string') return;
    this.#send.disabled = true;
    const { frame, requestId } = message;
    const exchange = await this.#line.send(frame, requestId, this.#token.value.trim());
    this.#send.disabled = false;
    if (!exchange.ok) {
      this.#trouble.textContent = exchange.message;
      return;
    }
    this.#answers.querySelector('.empty')?.remove();
    this.#answers.prepend(
      answerCard(exchange.answer, exchange.tookMs, this.#deviceType !== 'ESME'),
    );
    while (this.#answers.children.length > ANSWERS_SHOWN) this.#answers.lastElementChild?.remove();
    // A RequestID is used once.
    this.#text.value = withNextCounter(this.#text.value, requestId, this.#nextCounter());
    this.#send.focus();
    await this.#desk.feed.look();
  }

  #nextCounter(): number {
    this.#counter = Math.max(this.#counter + 1, wallMs());
    return this.#counter;
  }
}

function isSrv(value: string | undefined): value is Srv {
  return value !== undefined && value in SERVICE_REFERENCES;
}

/** GS and GT are about gas, IS, ES and ED about electricity [domain §2]. */
function fitsFuel(role: string, deviceType: DeviceType): boolean {
  if (role === 'GS' || role === 'GT') return deviceType !== 'ESME';
  return deviceType === 'ESME' || !['IS', 'ES', 'ED'].includes(role);
}

/** The frame and the RequestID in it, or why it is none. Whatever is JSON may be tried. */
function readMessage(text: string): { frame: string; requestId: string } | string {
  try {
    const message: unknown = JSON.parse(text);
    const isObject = typeof message === 'object' && message !== null;
    const id = isObject && 'requestId' in message ? message.requestId : undefined;
    return { frame: JSON.stringify(message), requestId: typeof id === 'string' ? id : '' };
  } catch (cause) {
    return `This is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

function withNextCounter(text: string, requestId: string, counter: number): string {
  if (requestId === '') return text;
  return text.replace(requestId, requestId.replace(/:\d+$/, `:${counter}`));
}
