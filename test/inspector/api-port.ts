// A port with an inspector of the small world behind it, and a client of its pages.

import { Compile } from '../../gateway/protocol/schema.ts';
import { GATEWAY_OPERATIONS } from '../../inspector/api/gateway-operations.ts';
import { inspectorOperations } from '../../inspector/api/inspector-operations.ts';
import { openInspector } from '../../inspector/inspector.ts';
import { ask, openPort, type TestPort } from '../gateway/server/gateway-port.ts';
import { type Inspected, openInspected } from './inspected.ts';

export interface ApiPort extends TestPort {
  readonly inspected: Inspected;
  /** The paths of all pages. */
  readonly pages: readonly string[];
}

export async function openApi(inspected = openInspected()): Promise<ApiPort> {
  const inspector = openInspector(inspected.world, {
    isPublic: false,
    version: '0.1.0',
    failed() {},
  });
  const { clock, gateway } = inspected;
  const pages: string[] = [];
  const opened = await openPort({
    inspector: {
      ...inspector,
      addPages(http) {
        inspector.addPages(http);
        http.addHook('onReady', async () => {
          pages.push(...pathsOf(http.printRoutes({ commonPrefix: false })));
        });
      },
    },
    clock,
    gateway,
    clockControls: clock,
    advanceTo: (ms) => clock.advanceTo(ms),
  });
  return { ...opened, inspected, pages };
}

/** The paths of a drawn tree of routes. */
function pathsOf(tree: string): string[] {
  const trail: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const form = /^([│├└─\s]*)(\S+)( \()?/;
    const [, indent = '', part = '', methods] = form.exec(line) ?? [];
    const depth = indent.length / 4 - 1;
    trail.splice(depth, trail.length, part);
    return methods === undefined ? [] : [trail.join('')];
  });
}

interface Answer {
  readonly status: number;
  /** Whatever came back, for the test to look at. */
  readonly json: ReturnType<typeof JSON.parse>;
}

export async function get({ port }: { port: number }, path: string): Promise<Answer> {
  const { status, body } = await ask(port, 'GET', path);
  return { status, json: JSON.parse(body) };
}

export async function send(
  { port }: { port: number },
  method: string,
  path: string,
  body: unknown,
): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json' };
  const text = body === undefined ? '' : JSON.stringify(body);
  const answer = await ask(port, method, path, body === undefined ? {} : headers, text);
  return { status: answer.status, json: JSON.parse(answer.body) };
}

/** Where an answer is not what the OpenAPI document says of it. */
export function misfit(
  { monitor }: Inspected,
  method: string,
  path: string,
  json: unknown,
): object[] {
  const operations = [...GATEWAY_OPERATIONS, ...inspectorOperations(monitor)];
  const found = operations.find((each) => {
    const pattern = each.path.replaceAll(/\{\w+\}/g, '[^/]+');
    return each.method === method && new RegExp(`^${pattern}$`).test(path.split('?')[0] ?? '');
  });
  if (found === undefined) return [{ path, message: 'no operation' }];
  const check = Compile(found.answers);
  return check.Check(json) ? [] : [...check.Errors(json)];
}
