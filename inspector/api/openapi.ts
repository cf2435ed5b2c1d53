// The OpenAPI document, made from the operations. TypeBox's schemas are JSON Schemas already, which
// is what OpenAPI 3.1 takes.

import type { OperationWords } from './operation.ts';

const ERROR_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        path: { type: 'string', description: 'JSON Pointer to what is wrong' },
        next: { type: 'string', description: 'what to do instead' },
      },
    },
  },
};

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'Something in it is wrong; `path` says what.',
  403: 'Another site, or another machine.',
  404: 'There is none.',
  409: 'Not as things stand.',
  500: 'A fault of the gateway.',
};

export function openApiOf(operations: readonly OperationWords[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    const methods = paths[operation.path];
    if (methods !== undefined) methods[operation.method.toLowerCase()] = describe(operation);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 's1sp',
      version,
      description: 'An emulated SMETS1 Service Provider, looked into and controlled.',
    },
    paths,
    components: { schemas: { Error: ERROR_SCHEMA } },
  };
}

function describe({ path, summary, query, body, answers, refuses = [] }: OperationWords): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const required: readonly string[] = query?.required ?? [];
  const inQuery = Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema: plain(schema) },
  }));
  const parameters = [...inPath, ...inQuery];
  const statuses = [...new Set([403, ...refuses])].sort((a, b) => a - b);
  return {
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: json(plain(body)) } }),
    responses: {
      200: { description: 'It is done.', content: json(plain(answers)) },
      ...Object.fromEntries(statuses.map((status) => [status, refusal(status)])),
    },
  };
}

function refusal(status: number): object {
  const schema = { $ref: '#/components/schemas/Error' };
  return { description: REFUSALS[status] ?? 'Refused.', content: json(schema) };
}

function json(schema: object): object {
  return { 'application/json': { schema } };
}

/** A schema as plain JSON, without what the library keeps beside it. */
function plain(schema: object): object {
  return JSON.parse(JSON.stringify(schema));
}
