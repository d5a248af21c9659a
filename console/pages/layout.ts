import { type Content, type Html, html, nothing } from '../../report/html-markup.ts';
import { releaseOf } from './assets.ts';

/** What every page is made with. */
export interface Frame {
  /** Who looks at it; absent on the page where one signs in. */
  readonly person?: { readonly name: string; readonly verified: boolean; readonly session: boolean };
  /** For the field `csrf` of each form. */
  readonly csrf: string;
  /** Names of the assets, with their hashes. */
  readonly assets: { readonly style: string; readonly script: string };
}

export interface Page extends Frame {
  readonly title: string;
  /** Which entry of the navigation is this one. */
  readonly place?: 'runs' | 'runbooks' | 'words';
  /** Seconds until a browser without scripts loads it again. */
  readonly refresh?: number;
  /** The page follows what happens, `from` this address; `page`: its own, to load it again. */
  readonly live?: { readonly from: string; readonly page: string };
  /** The moment of the page, ms since 1970: ages on it grow from there. */
  readonly at?: number;
  readonly main: Content;
}

const places = [
  ['runs', '/', 'Runs'],
  ['runbooks', '/runbooks', 'Runbooks'],
  ['words', '/audit', 'Audit'],
] as const;

/** Where a page that follows what happens says that it does not. */
export const linkLine = html`<p id="link" class="link" role="status" hidden></p>`;

/** The first button of a form that decides: Enter in a field presses it, and so nothing. */
export const enterDecidesNothing = html`<button disabled hidden>Enter decides nothing: press a button.</button>`;

/** One whole page. Everything that is not markup of ours is escaped by the template. */
export function layout({ title, place, refresh, live, at, main, person, csrf, assets }: Page): string {
  return html`<!doctype html>
<html lang="en"${at === undefined ? nothing : html` data-at="${at}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · drillbook</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${assets.style}">
${refresh === undefined ? nothing : html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>`}
<script type="module" src="${assets.script}"></script>
</head>
<body${live === undefined ? nothing : html` data-live="${live.from}" data-page="${live.page}" data-release="${releaseOf(assets)}"`}>
<a class="skip" href="#main">To the content</a>
<header class="top">
<a class="name" href="/">drillbook</a>
${person === undefined ? nothing : renderNavigation(place)}
${person === undefined ? nothing : renderPerson(person, csrf)}
</header>
<main id="main" tabindex="-1">
${main}
</main>
</body>
</html>
`.markup;
}

function renderNavigation(here: Page['place']): Html {
  return html`<nav aria-label="Pages"><ul>${places.map(
    ([place, href, title]) =>
      html`<li><a href="${href}"${place === here ? html` aria-current="page"` : nothing}>${title}</a></li>`,
  )}</ul></nav>`;
}

function renderPerson({ name, verified, session }: NonNullable<Frame['person']>, csrf: string): Html {
  const out = html`<form method="post" action="/sign-out"><input type="hidden" name="csrf" value="${csrf}"><button class="plain">Sign out</button></form>`;
  const into = html`<a href="/sign-in">Sign in</a>`;
  return html`<div class="who"><span>${name}${verified ? nothing : html` <span class="quiet proof">(unverified)</span>`}</span> ${session ? out : into}</div>`;
}
