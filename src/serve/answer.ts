import { json } from '../outputs/json.ts';
import { prometheusText } from '../outputs/prometheus.ts';
import { healthOf } from './health.ts';
import { LIVE_SCRIPT } from './live-script.ts';
import { pageDocument } from './page-document.ts';
import { pageOf } from './pages/page-of.ts';
import type { Route } from './route.ts';
import type { Scene } from './scene.ts';

/** What is sent to who asked, whole. */
export interface Answer {
  readonly status: 200 | 204 | 400 | 403 | 404 | 405 | 421 | 503;
  readonly type: string;
  readonly body: string;
}

export function textAnswer(status: Answer['status'], text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}

/** Everything but the events of a page. */
export type AnswerRoute = Exclude<Route, { readonly is: 'events' }>;

/** What is so now, as whoever asked wants it. */
export async function answerTo(route: AnswerRoute, scene: Scene): Promise<Answer> {
  switch (route.is) {
    case 'page': {
      const page = await pageOf(route.page, scene);
      const path = route.page.page === 'rack' ? '/' : `/${route.page.page}`;
      const body = pageDocument(page, path, scene.now.wall);
      return { status: page.status, type: 'text/html; charset=utf-8', body };
    }
    case 'report': {
      const pieces = json.render(scene.report(), { width: null, color: false, headers: true, columns: null });
      return { status: 200, type: 'application/json', body: [...pieces].join('') };
    }
    case 'metrics': {
      const body = prometheusText(scene.report(), [], []);
      return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body };
    }
    case 'health': {
      const { isHearing, text } = healthOf(scene.watched, scene.now);
      return textAnswer(isHearing ? 200 : 503, text);
    }
    case 'script':
      return { status: 200, type: 'text/javascript; charset=utf-8', body: LIVE_SCRIPT };
    case 'icon':
      return { status: 204, type: 'image/x-icon', body: '' };
    case 'nowhere':
      return textAnswer(404, 'nothing is here; the pages are /, /repairs and /history');
  }
}
