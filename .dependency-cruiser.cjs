// The rooms' table of ARCHITECTURE.md. `values`: imports that exist at run time; `types`: `import type` only, which cost nothing there.
const rooms = {
  compiler: { values: ['actions/', 'expressions/'] },
  expressions: {},
  actions: {},
  engine: {
    values: ['expressions/', 'actions/(modes|last-arrival|schedule-terms)\\.ts'],
    types: ['compiler/plan\\.ts', 'actions/'],
  },
  report: {},
  workflows: {
    values: ['engine/', 'actions/modes\\.ts'],
    types: ['compiler/plan\\.ts', 'actions/(call|contract)\\.ts'],
  },
  activities: { values: ['zerto/', 'actions/', 'report/journal\\.ts'], types: ['engine/'] },
  zerto: {},
  simulator: { types: ['zerto/(wire|types)\\.ts'] },
  // What a lost guard may have left open is read by the guard's own rules.
  control: {
    values: [
      'compiler/',
      'report/',
      'actions/',
      'workflows/(messages|names)\\.ts',
      'engine/guard-(effect|hand-over|id|preempt)\\.ts',
    ],
    types: ['engine/'],
  },
  local: { values: ['control/', 'simulator/', 'zerto/', 'activities/sites\\.ts'] },
  console: {
    values: ['control/', 'report/', 'actions/', 'compiler/shape/scalars\\.ts'],
    types: ['engine/', 'compiler/'],
  },
  cli: { values: ['control/', 'local/', 'console/', 'report/', 'compiler/', 'simulator/', 'actions/', 'worker\\.ts'] },
};
const roomNames = Object.keys(rooms);
const anyRoom = `^((${roomNames.join('|')})/|worker(-hosts)?\\.ts$)`;
const pure = ['compiler', 'expressions', 'actions', 'engine', 'report'];

/** Of a package, wherever npm put it. */
const inPackages = names => `node_modules/(${names.join('|')})/`;

function roomRules(room, { values = [], types = [] }) {
  const own = `^${room}/`;
  const allowed = paths => [own, ...paths.map(path => `^${path}`)];
  const rule = {
    name: `room-${room}`,
    comment: `${room}/ may import ${values.join(', ') || 'no other room'}${types.length > 0 ? `, and types of ${types.join(', ')}` : ''}.`,
    severity: 'error',
    from: { path: own },
  };
  const all = { ...rule, to: { path: anyRoom, pathNot: allowed([...values, ...types]) } };
  const atRunTime = { ...rule, to: { path: anyRoom, pathNot: allowed(values), dependencyTypesNot: ['type-only'] } };
  return types.length === 0 ? [all] : [all, { ...atRunTime, name: `room-${room}-types-only` }];
}

/** Packages that one place knows, so that they can be changed there. */
const owners = [
  { name: 'cel', packages: ['@marcbachmann/cel-js'], rooms: ['expressions'] },
  { name: 'ky', packages: ['ky'], rooms: ['zerto'] },
  { name: 'xml', packages: ['saxes'], rooms: ['zerto'] },
  { name: 'undici', packages: ['undici'], rooms: ['zerto', 'activities', 'console'] },
  { name: 'socks', packages: ['socks'], rooms: ['activities'] },
  { name: 'mail', packages: ['nodemailer'], rooms: ['activities'] },
  { name: 'yaml', packages: ['yaml'], rooms: ['compiler', 'control', 'local', 'simulator'] },
  { name: 'hono', packages: ['hono', '@hono/node-server', '@hono/zod-openapi'], rooms: ['console'] },
  { name: 'jose', packages: ['jose'], rooms: ['console'] },
  { name: 'command-line', packages: ['@stricli/core', 'picocolors'], rooms: ['cli'] },
  { name: 'temporal-workflow', packages: ['@temporalio/workflow'], rooms: ['workflows'] },
  { name: 'temporal-activity', packages: ['@temporalio/activity'], rooms: ['activities'] },
  {
    name: 'temporal-client',
    packages: ['@temporalio/client', '@temporalio/envconfig'],
    rooms: ['control', 'activities', 'local'],
  },
  { name: 'temporal-worker', packages: ['@temporalio/worker', '@temporalio/core-bridge'], rooms: [] },
];

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Among what is there at run time: two types that name each other are no circle.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere, or to a package that package.json does not name.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '/dist/' },
    },
    ...Object.entries(rooms).flatMap(([room, may]) => roomRules(room, may)),
    {
      name: 'room-worker',
      comment: 'worker.ts may import activities/, zerto/ and control/; worker-hosts.ts is its own.',
      severity: 'error',
      from: { path: '^worker(-hosts)?\\.ts$' },
      to: { path: anyRoom, pathNot: ['^activities/', '^zerto/', '^control/', '^worker(-hosts)?\\.ts$'] },
    },
    {
      name: 'pure-rooms-know-no-node',
      comment: 'The pure rooms and the workflows run anywhere: no clock, no files, no network.',
      severity: 'error',
      from: { path: `^(${[...pure, 'workflows'].join('|')})/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-rooms-know-no-temporal',
      severity: 'error',
      from: { path: `^(${pure.join('|')})/` },
      to: { path: inPackages(['@temporalio/[^/]+']) },
    },
    {
      name: 'guard-knows-no-scheduler',
      comment:
        "The guard's state machine must outlive every change of the scheduler: neither CEL nor the rest of the engine.",
      severity: 'error',
      from: { path: '^engine/guard' },
      to: { path: ['^expressions/', '^engine/(state|next|closing|engine)\\.ts'], dependencyTypesNot: ['type-only'] },
    },
    ...owners.map(({ name, packages, rooms: owning }) => ({
      name: `only-there-${name}`,
      comment: `${packages.join(', ')}: only ${[...owning.map(room => `${room}/`), 'worker.ts'].join(', ')}.`,
      severity: 'error',
      from: { path: `^(${roomNames.filter(room => !owning.includes(room)).join('|')})/` },
      to: { path: inPackages(packages) },
    })),
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: [anyRoom, '^(bin|scripts)/'] },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'product-needs-no-development-packages',
      comment: 'The published package does not bring devDependencies.',
      severity: 'error',
      from: { path: anyRoom },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'launcher-knows-no-rooms',
      comment: 'bin/ and scripts/ run before there is a build.',
      severity: 'error',
      from: { path: '^(bin|scripts)/' },
      to: { path: anyRoom },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: ['^dist/', '^coverage/', '^\\.drillbook/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
