// What makes a page follow what happens. Without it everything works too: pages load themselves again, forms are forms.

/** Milliseconds as people read them; the server writes them the same way. */
function spell(ms) {
  let seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [];
  for (const [unit, size] of [
    ['d', 86400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ]) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0 || parts.length > 0) parts.push(`${count}${unit}`);
    if (seconds === 0) break;
  }
  return parts.length === 0 ? '0s' : parts.join('');
}

/** The browser's clock may be wrong: how much the server's is ahead, ms. */
let ahead = Number(document.documentElement.dataset.at ?? Date.now()) - Date.now();

function tick() {
  const now = Date.now() + ahead;
  for (const element of document.querySelectorAll('[data-since]')) {
    const age = spell(now - Number(element.dataset.since));
    element.textContent = element.classList.contains('age') ? `(${age})` : age;
  }
  for (const element of document.querySelectorAll('[data-until]')) {
    const left = Number(element.dataset.until) - now;
    element.textContent = left < 0 ? `(over for ${spell(-left)})` : `(in ${spell(left)})`;
  }
  for (const element of document.querySelectorAll('[data-counts]')) {
    const ms = Number(element.dataset.counts) + now - Number(element.dataset.from);
    element.textContent = spell(ms);
    const clock = element.closest('.clock');
    if (clock !== null && element.dataset.limit !== undefined) judge(clock, ms, Number(element.dataset.limit));
  }
}

/** All that judges a clock which counts on changes with it: else its colour says one thing and its words another. */
function judge(clock, ms, limit) {
  const tone = ms > limit ? 'bad' : ms > limit * 0.8 ? 'warn' : 'idle';
  for (const each of ['bad', 'warn', 'idle']) clock.classList.toggle(each, each === tone);
  const by = ms - limit < 1000 ? 'less than 1s' : spell(ms - limit);
  const texts = { '.judgement': ms > limit ? '· over' : '· within', '.over': `Over the objective by ${by}.` };
  for (const [selector, text] of Object.entries(texts))
    for (const element of clock.querySelectorAll(selector)) element.textContent = text;
  for (const element of clock.querySelectorAll('.over')) element.hidden = ms <= limit;
  for (const element of clock.querySelectorAll('progress')) element.value = Math.min(ms, limit);
}

/** What somebody stands on, has filled in, opened or scrolled outlives a change around it. */
const kept = 'a[href], button, summary, details, input:not([type=hidden]), select, textarea, [tabindex], .scroll';

/**
 * The elements of a part by what they are called, before an update as after it: the step that is asked (a form in the same place
 * may be about something else by now), the kind, the name, and which it is of those that are called the same.
 */
function namesIn(place) {
  const counts = new Map();
  return new Map(
    [...place.querySelectorAll(kept)].map(element => {
      const fields = element.closest('form')?.elements;
      const asked = ['kind', 'step'].map(each => fields?.namedItem(each)?.value ?? '');
      const own = ['name', 'href', 'aria-label', 'id'].map(each => element.getAttribute(each)).find(Boolean) ?? '';
      const value = element.tagName === 'BUTTON' ? element.value : '';
      const name = [...asked, element.tagName, own, value].join('\n');
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      return [`${name}\n${count}`, element];
    }),
  );
}

const isField = element => element.matches('form[data-keep] :is(input, select, textarea)');

function keep(element) {
  const { open, checked, value, scrollLeft, scrollTop, scrollHeight } = element;
  const focused = element === document.activeElement;
  const selection = focused && isField(element) ? [element.selectionStart, element.selectionEnd] : [];
  return { open, checked, value, scrollLeft, scrollTop, scrollHeight, focused, selection };
}

function putBack(element, was) {
  if (element.tagName === 'DETAILS') element.open = was.open;
  if (isField(element)) {
    if (element.type === 'checkbox') element.checked = was.checked;
    else element.value = was.value;
  }
  if (was.focused) element.focus({ preventScroll: true });
  if (typeof was.selection[0] === 'number') element.setSelectionRange(...was.selection);
  element.scrollLeft = was.scrollLeft;
  // Of a log the newest line is the first: whoever reads further down goes on reading the same line.
  const grown = element.classList.contains('log') && was.scrollTop > 0 ? element.scrollHeight - was.scrollHeight : 0;
  element.scrollTop = was.scrollTop + grown;
}

function update(place, markup) {
  const had = place.contains(document.activeElement) && place !== document.activeElement;
  const before = new Map([...namesIn(place)].map(([name, element]) => [name, keep(element)]));
  // The server's markup: all that came from elsewhere is escaped in it, and the page's policy lets nothing run.
  place.innerHTML = markup;
  for (const [name, element] of namesIn(place)) {
    const was = before.get(name);
    if (was !== undefined) putBack(element, was);
  }
  if (!had || place.contains(document.activeElement)) return;
  // What was stood on is gone: a keyboard goes on from here, not from the top of the page, and presses nothing else.
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

function show({ at, parts }) {
  ahead = at - Date.now();
  for (const [id, markup] of Object.entries(parts)) {
    const place = document.getElementById(`part-${id}`) ?? document.getElementById(id);
    if (place !== null) update(place, markup);
  }
  const title = document.querySelector('[data-title]')?.dataset.title;
  if (title !== undefined) document.title = title;
  tick();
}

function tell(text) {
  const link = document.getElementById('link');
  // What has not changed is not said again.
  if (link === null || link.textContent === text) return;
  link.hidden = text === '';
  link.textContent = text;
}

/** Somebody has begun to fill something in. */
function isBegun() {
  const fields = [...document.querySelectorAll('form[data-keep] :is(input:not([type=hidden]), select, textarea)')];
  return fields.some(field => (field.type === 'checkbox' ? field.checked : field.value !== ''));
}

const { live, page, release } = document.body.dataset;

/** Unless somebody has begun to fill something in. Not as it was loaded: that may have been by a form. */
function loadAgain() {
  if (!isBegun()) location.replace(page);
}

/**
 * A browser opens six connections to a host over HTTP/1.1, however many pages show it: were each page to keep one, the seventh would
 * not load and no vote would be sent. So all pages of a browser share these places, and half of the connections stay free.
 */
const places = ['drillbook-live-1', 'drillbook-live-2', 'drillbook-live-3'];
/** How long a page has a place that another one waits for, ms. */
const turn = 2000;

/** The lock of this name, until `letGo`; undefined where it is to be free at once and is not. */
function hold(name, options) {
  return new Promise((resolve, reject) => {
    const held = lock => (lock === null ? resolve() : new Promise(letGo => void resolve({ name, letGo })));
    navigator.locks.request(name, options, held).catch(reject);
  });
}

/** A place that is free, else the next turn at one. Without locks (an address that is not secure) each page has its own. */
async function takePlace(signal) {
  if (navigator.locks === undefined) return { letGo() {} };
  for (const name of places) {
    const place = await hold(name, { ifAvailable: true });
    if (place !== undefined) return place;
  }
  return hold(places[Math.floor(Math.random() * places.length)], { signal });
}

async function isWanted({ name }) {
  const { pending } = (await navigator.locks?.query()) ?? { pending: [] };
  return pending.some(each => each.name === name);
}

/** Follows what happens, and comes back by itself for as long as it takes, with what it has (`known`). */
function follow() {
  let source;
  /** The place that it has; before that, what it waits for one with. */
  let place;
  let asked;
  let known;
  let broken;
  let tries = 0;
  let again;
  let heard = Date.now();
  /** When it began to want news, and since when this connection brings them. */
  let begun = heard;
  let greeted;
  /** Nobody looks at it: it has no connection, and that is no fault. */
  let resting = false;
  let done = false;
  /** A connection that is silent for longer is none, ms; the server says something three times as often. */
  let silent = 45_000;

  function leave() {
    clearTimeout(again);
    asked?.abort();
    source?.close();
    place?.letGo();
    [again, asked, source, place, greeted] = [];
  }

  async function connect() {
    leave();
    begun = Date.now();
    const own = new AbortController();
    asked = own;
    const got = await takePlace(own.signal).catch(() => undefined);
    if (own.signal.aborted || got === undefined) return got?.letGo();
    place = got;
    open();
  }

  function open() {
    const url = new URL(live, location.href);
    if (known !== undefined) url.searchParams.set('known', known);
    begun = Date.now();
    source = new EventSource(url);
    // The first that it says: it has seen what is to be shown, and a server that cannot answer for it has not.
    source.addEventListener('release', ({ data }) => {
      heard = Date.now();
      greeted = heard;
      [broken, tries] = [undefined, 0];
      document.body.dataset.linked = 'yes';
      tell('');
      // Consoles of two releases behind one name must not make it load itself for ever.
      if (data !== release && performance.now() > 60_000) loadAgain();
    });
    source.addEventListener('parts', ({ data, lastEventId }) => {
      heard = Date.now();
      known = lastEventId;
      show(JSON.parse(data));
    });
    source.addEventListener('alive', ({ data }) => {
      heard = Date.now();
      silent = 3 * Number(data);
    });
    source.addEventListener('over', () => {
      done = true;
      leave();
      document.body.dataset.linked = 'over';
    });
    source.addEventListener('gone', ({ data }) => void lost(url, data));
    source.addEventListener('error', () => void lost(url));
  }

  /** The session, the token or the role has ended: what stands here is no longer for whoever looks at it. */
  function end(why) {
    done = true;
    leave();
    document.body.dataset.linked = 'gone';
    tell(`${why} What stands here is old: load the page again.`);
    loadAgain();
    setInterval(loadAgain, 5000);
  }

  /** The last that was heard, by the server's clock. */
  function brokenSince() {
    broken ??= new Date(heard + ahead);
    document.body.dataset.linked = 'no';
    return `${broken.toISOString().slice(11, 19)}Z`;
  }

  /** @param gone why the console has ended it itself: for good, or because drillbook.yaml has a mistake now */
  async function lost(url, gone) {
    const refused = gone !== undefined || source.readyState === EventSource.CLOSED;
    leave();
    const since = brokenSince();
    const why = refused ? await whyRefused(url) : {};
    if (why.final) return end(gone ?? why.detail);
    // Nobody looks any more, or looks again and it is asked anew.
    if (resting || asked !== undefined) return;
    const what = why.detail
      ? `Nothing new since ${since}: ${why.detail}`
      : `No connection to the console since ${since}.`;
    // One that comes back within a second is not worth a word.
    if (refused || tries > 0) tell(`${what} What stands here may be old; it is tried again.`);
    // Longer each time, 1 s to 30 s, and not all pages at one moment.
    again = setTimeout(connect, Math.min(30_000, 1000 * 2 ** tries) * (0.75 + Math.random() / 2));
    tries += 1;
  }

  async function look() {
    if (asked === undefined) return;
    const [now, had] = [Date.now(), source];
    if (now - Math.max(heard, begun) > silent) {
      if (had !== undefined) return lost(had.url);
      return tell(`Nothing new since ${brokenSince()}: other pages of this browser have its connections.`);
    }
    if (greeted === undefined || now - greeted < turn || !(await isWanted(place))) return;
    // Its turn is over: it asks for the next, and is sent what it has missed.
    if (source === had) await connect();
  }

  connect();
  setInterval(() => void look(), 1000);

  let pause;
  function rest() {
    if (done) return;
    resting = true;
    leave();
  }
  /** Somebody takes up his phone again, turns to this page, or it has found its network: at once. */
  function wake() {
    clearTimeout(pause);
    if (done || document.hidden || (!resting && again === undefined)) return;
    resting = false;
    connect();
  }
  document.addEventListener('visibilitychange', () => {
    wake();
    // Whoever only looks something up in another page is back before it is closed.
    if (document.hidden) pause = setTimeout(rest, 5000);
  });
  window.addEventListener('pagehide', rest);
  window.addEventListener('pageshow', wake);
  window.addEventListener('online', wake);
}

/** Why the console refuses: a stream itself does not tell. `final`: it always will; what a proxy says never is. */
async function whyRefused(url) {
  const over = new AbortController();
  // The console itself gives Temporal 5 s.
  const late = setTimeout(() => over.abort(), 8000);
  try {
    const answer = await fetch(url, { signal: over.signal });
    if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) return {};
    const { detail } = await answer.json();
    return { detail, final: [401, 403, 404].includes(answer.status) };
  } catch {
    return {};
  } finally {
    clearTimeout(late);
    over.abort();
  }
}

if (live !== undefined) follow();
tick();
setInterval(tick, 1000);
