import { markup, NOTHING } from '../../html/markup.ts';
import type { Page } from '../page.ts';
import type { PageRoute } from '../route.ts';
import type { Scene } from '../scene.ts';
import { historyPage } from './history-page.ts';
import { rackPage } from './rack-page.ts';
import { repairsPage } from './repairs-page.ts';
import { sessionPage } from './session-page.ts';
import { sledPage } from './sled-page.ts';

/** A page as it is now, with what is wrong with the server above it. */
export async function pageOf(route: PageRoute, scene: Scene): Promise<Page> {
  const page = await bare(route, scene);
  const { troubles } = scene;
  const content =
    troubles.length === 0
      ? NOTHING
      : markup`${troubles.map((text) => markup`<p class="trouble">${text}</p>`)}`;
  return { ...page, regions: [{ id: 'troubles', content }, ...page.regions] };
}

async function bare(route: PageRoute, scene: Scene): Promise<Page> {
  switch (route.page) {
    case 'rack':
      return rackPage(route, scene);
    case 'sled':
      return sledPage(route.sled, scene);
    case 'session':
      return sessionPage(route.token, scene);
    case 'repairs':
      return repairsPage(scene);
    case 'history':
      return await historyPage(route, scene);
  }
}
