// One answerer in a process of its own, asked for devices at random.

import { createHash } from 'node:crypto';
import { answerQuestions } from '../child.ts';
import { type AnswerAll, type Answerer, type AnswererName, openAnswerer } from './answerers.ts';

export type AnsweringAsked =
  | { readonly fill: { readonly name: AnswererName; readonly devices: number } }
  | { readonly answers: number }
  /** The bytes of so many answers, as one digest. */
  | { readonly digest: number };

export type AnsweringTold =
  | { readonly filled: number }
  | { readonly answered: { readonly ns: number; readonly bytes: number } }
  | { readonly digest: string };

let answerer: Answerer | undefined;
/** Every answerer is asked for the same devices in the same order. */
let state = 1;

function prepared(count: number): AnswerAll {
  if (answerer === undefined) throw new Error('nothing is held yet');
  const { devices } = answerer;
  const some = Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * devices);
  });
  return answerer.prepare(some);
}

function answers(count: number): AnsweringTold {
  const answerAll = prepared(count);
  const started = process.hrtime.bigint();
  const bytes = answerAll();
  return { answered: { ns: Number(process.hrtime.bigint() - started) / count, bytes } };
}

function digest(count: number): AnsweringTold {
  const hash = createHash('sha256');
  prepared(count)((answer) => hash.update(answer));
  return { digest: hash.digest('hex') };
}

answerQuestions<AnsweringAsked, AnsweringTold>((asked) => {
  if ('answers' in asked) return answers(asked.answers);
  if ('digest' in asked) return digest(asked.digest);
  answerer = openAnswerer(asked.fill.name, asked.fill.devices);
  return { filled: answerer.devices };
});
