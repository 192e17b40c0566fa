import type { AskTool } from '../fleet/by-tool.ts';
import type { Connection, Transport } from '../model/transport.ts';
import { askPilot } from './pilot.ts';
import { askSush } from './sush.ts';
import { createToolHost } from './tool-host.ts';

/** Asks racks through their tools: on a gateway over `transport`, or here over `here`. */
export function createAskTool(transport: Transport, here: Connection): AskTool {
  const host = createToolHost(transport, here);
  return async (request) => {
    const connection = await host(request);
    try {
      request.onRun();
      switch (request.tool.name) {
        case 'pilot':
          return await askPilot(connection, request);
        case 'sush':
          return await askSush(connection, request);
      }
    } finally {
      await connection.close();
    }
  };
}
