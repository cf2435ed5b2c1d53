// What the S1SP holds beside the cache, as plain data for snapshot files.

import { type Static, Type } from '../protocol/schema.ts';
import { FILLS_STATE } from './fills.ts';
import { INQUIRY } from './inquiry-state.ts';
import { RESTRICTIONS_STATE } from './restrictions.ts';

export const S1SP_STATE = Type.Object({
  restrictions: RESTRICTIONS_STATE,
  fills: FILLS_STATE,
  inquiries: Type.Array(INQUIRY),
});
export type S1spState = Static<typeof S1SP_STATE>;
