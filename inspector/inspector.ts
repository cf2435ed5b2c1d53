// The inspector of one world, as the server lets it in: the monitor behind a WebSocket, the HTTP
// API with the document that describes it, and the page that a browser shows.

import type { FastifyInstance } from 'fastify';
import type { Inspector } from '../gateway/server/inspector-door.ts';
import { GATEWAY_OPERATIONS } from './api/gateway-operations.ts';
import { inspectorOperations } from './api/inspector-operations.ts';
import { openApiOf } from './api/openapi.ts';
import { addOperation } from './api/operation.ts';
import { Monitor } from './monitor.ts';
import { addPage } from './page-door.ts';
import { openSession } from './session.ts';
import type { World } from './world.ts';

export interface InspectorOptions {
  /** Whether others than this machine may come in. */
  readonly isPublic: boolean;
  /** Of the program, for the OpenAPI document. */
  readonly version: string;
  /** Told of a fault of ours that a command has met. */
  failed(fault: unknown): void;
}

export function openInspector(world: World, options: InspectorOptions): Inspector {
  const monitor = new Monitor(world);
  const operations = inspectorOperations(monitor);
  const document = openApiOf([...GATEWAY_OPERATIONS, ...operations], options.version);
  return {
    isPublic: options.isPublic,
    addPages(http: FastifyInstance) {
      for (const operation of operations) addOperation(http, operation);
      http.get('/api/v1/openapi.json', async () => document);
      addPage(http);
    },
    connected: (webSocket, isLocal) => openSession(monitor, webSocket, isLocal, options.failed),
  };
}
