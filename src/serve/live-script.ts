/**
 * What runs in a reader's browser: it hears of regions that changed and puts them into the page, so that what is open,
 * scrolled to or focused stays; and it says when it hears nothing, since what is shown is old then.
 */
export const LIVE_SCRIPT = `'use strict';
(() => {
  const SILENT_MS = 5000;
  const AGAIN_MS = 2000;
  let source = null;
  let heardAt = performance.now();
  let asOf = document.getElementById('as-of').textContent;

  const isSame = (a, b) =>
    a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || '') === (b.id || '');

  /** Makes the children of one element those of another, and keeps those that are the same. */
  function morph(from, to) {
    let old = from.firstChild;
    for (const node of [...to.childNodes]) {
      if (old !== null && isSame(old, node)) {
        const next = old.nextSibling;
        if (node.nodeType === Node.ELEMENT_NODE) {
          copyAttributes(old, node);
          morph(old, node);
        } else if (old.nodeValue !== node.nodeValue) {
          old.nodeValue = node.nodeValue;
        }
        old = next;
      } else {
        from.insertBefore(node, old);
      }
    }
    while (old !== null) {
      const next = old.nextSibling;
      old.remove();
      old = next;
    }
  }

  function copyAttributes(old, node) {
    for (const { name } of [...old.attributes]) {
      // What its reader has opened stays open.
      if (!node.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
    }
    for (const { name, value } of node.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  }

  function take(event) {
    const { asOf: when, title, regions } = JSON.parse(event.data);
    heardAt = performance.now();
    asOf = when;
    document.getElementById('as-of').textContent = when;
    if (title !== undefined) document.title = title;
    for (const [id, html] of Object.entries(regions)) {
      const region = document.getElementById('r-' + id);
      // Another page is served here now.
      if (region === null) return location.reload();
      morph(region, new DOMParser().parseFromString('<div>' + html + '</div>', 'text/html').body.firstChild);
    }
    look();
  }

  /** What was heard long ago must not look as if it were of now. */
  function look() {
    const isOld = performance.now() - heardAt > SILENT_MS;
    const said = document.getElementById('no-news');
    if (isOld === !said.hidden) return;
    said.textContent = isOld
      ? 'No news since ' + asOf + ': the server is not heard. All below is as it was then.'
      : '';
    said.hidden = !isOld;
    document.documentElement.classList.toggle('is-old', isOld);
  }

  function listen() {
    source = new EventSource('/events' + location.pathname + location.search);
    source.onmessage = take;
    source.onerror = () => {
      look();
      if (source.readyState !== EventSource.CLOSED) return;
      // It was refused, such as where too many read: the browser does not try again by itself.
      source = null;
      setTimeout(() => {
        if (source === null && !document.hidden) listen();
      }, AGAIN_MS);
    };
  }

  // Nobody looks at a hidden tab, and a browser has few connections for all of them.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      if (source !== null) source.close();
      source = null;
    } else if (source === null) {
      look();
      listen();
    }
  });
  setInterval(look, 1000);
  if (!document.hidden) listen();
})();
`;
