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
    const { limit } = element.dataset;
    if (limit !== undefined && ms > Number(limit)) element.closest('.clock')?.classList.add('bad');
  }
}

/** What somebody has begun to fill in outlives the change around it. */
function keepFields(place, change) {
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && place.contains(active) ? addressOf(active) : undefined;
  const selection = focused === undefined ? undefined : [active.selectionStart, active.selectionEnd];
  const kept = [...place.querySelectorAll('form[data-keep] [name]:not([type=hidden]):not(button)')].map(field => [
    addressOf(field),
    field.type === 'checkbox' ? field.checked : field.value,
  ]);
  change();
  for (const [address, value] of kept) {
    const field = find(place, address);
    if (field === undefined) continue;
    if (typeof value === 'boolean') field.checked = value;
    else field.value = value;
  }
  const again = focused === undefined ? undefined : find(place, focused);
  again?.focus({ preventScroll: true });
  if (typeof selection?.[0] === 'number') again?.setSelectionRange?.(...selection);
}

/** The step that is asked, and the field: a form in the same place may be about something else by now. */
function addressOf(field) {
  const form = field.closest('form');
  const step = form?.elements.namedItem('step')?.value ?? '';
  return [step, field.getAttribute('name') ?? field.id, field.tagName === 'BUTTON' ? field.value : ''].join('\n');
}

function find(place, address) {
  return [...place.querySelectorAll('form [name], a[id], button')].find(field => addressOf(field) === address);
}

function show({ at, parts }) {
  ahead = at - Date.now();
  for (const [id, markup] of Object.entries(parts)) {
    // The server's markup: all that came from elsewhere is escaped in it, and the page's policy lets nothing run.
    const place = document.getElementById(`part-${id}`) ?? document.getElementById(id);
    if (place !== null)
      keepFields(place, () => {
        const scrolled = [...place.querySelectorAll('.scroll')].map(({ scrollLeft, scrollTop }) => [
          scrollLeft,
          scrollTop,
        ]);
        const opened = [...place.querySelectorAll('details')].map(({ open }) => open);
        place.innerHTML = markup;
        for (const [index, element] of [...place.querySelectorAll('details')].entries())
          element.open = opened[index] ?? element.open;
        for (const [index, element] of [...place.querySelectorAll('.scroll')].entries())
          [element.scrollLeft, element.scrollTop] = scrolled[index] ?? [0, 0];
      });
  }
  const title = document.querySelector('[data-title]')?.dataset.title;
  if (title !== undefined) document.title = title;
  tick();
}

function tell(text) {
  const link = document.getElementById('link');
  if (link === null) return;
  link.hidden = text === '';
  link.textContent = text;
}

const address = document.body.dataset.live;
if (address !== undefined) {
  let broken;
  const source = new EventSource(address);
  source.addEventListener('open', () => {
    broken = undefined;
    document.body.dataset.linked = 'yes';
    tell('');
  });
  source.addEventListener('parts', event => {
    show(JSON.parse(event.data));
  });
  source.addEventListener('over', () => {
    source.close();
    document.body.dataset.linked = 'over';
  });
  // The session, the token or the role has ended: what stands here is no longer for whoever looks at it.
  source.addEventListener('gone', event => {
    source.close();
    document.body.dataset.linked = 'gone';
    tell(`${event.data} What stands here is old: load the page again.`);
    loadAgain();
  });
  source.addEventListener('error', () => {
    broken ??= new Date();
    document.body.dataset.linked = 'no';
    tell(
      `No connection to the console since ${broken.toISOString().slice(11, 19)}Z. What stands here may be old; it is tried again.`,
    );
    // A refusal is not tried again by the browser itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(loadAgain, 5000);
  });
}

/** Unless somebody has begun to fill something in. */
function loadAgain() {
  const fields = [...document.querySelectorAll('form[data-keep] input:not([type=hidden])')];
  if (!fields.some(field => field.value !== '')) location.reload();
}
tick();
setInterval(tick, 1000);
