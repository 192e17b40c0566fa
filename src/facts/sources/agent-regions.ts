import { countIn, textIn, uuidIn } from '../values.ts';
import { noId, omdbTable } from './omdb-table.ts';

/** The regions of one agent with their ports. It does not say which agent: it is joined by region id alone. */
export const agentRegions = omdbTable(
  {
    help: 'omdb crucible-agent regions list: ports and extents of the regions of one agent',
    looks: 'the headings REGION_ID, STATE, EXTENT_COUNT and PORT',
  },
  { name: 'agent regions', headings: ['REGION_ID', 'STATE', 'EXTENT_COUNT', 'PORT'] },
  (cell) => {
    const region = uuidIn(cell('REGION_ID'));
    if (region === null) return noId('REGION_ID', cell('REGION_ID'));
    // What was destroyed stays in the list, with a port that others may have now.
    if (cell('STATE') !== 'created') return null;
    return {
      found: [
        {
          kind: 'agent_region',
          region,
          port: countIn(cell('PORT')),
          state: textIn(cell('STATE')),
          extents: countIn(cell('EXTENT_COUNT')),
        },
      ],
    };
  },
);
