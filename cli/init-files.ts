import { schemaFiles } from './schema.ts';

export const runbookPath = 'runbooks/first-drill.yaml';

/** What must not get into version control, nor into an image: databases and logs of `dev`, keys and other secrets, what was notified. */
const ignored: readonly string[] = [
  ...['.drillbook/', 'keys/', 'secrets/', '.env', '.env.*', '*.env', '*.key', '*.pem'],
  'notifications.jsonl',
];

/** Certificates of sites and of the console are no secrets. */
const certificates = '!certs/*.pem';

/** Files that keep that out, with their lines; Docker's begin at the top of the folder, and `COPY .` takes all that they leave. */
export const ignoreFiles: Readonly<Record<string, readonly string[]>> = {
  '.gitignore': [...ignored, certificates],
  '.dockerignore': ['.git', ...ignored.map(line => `**/${line.replace(/\/$/, '')}`), certificates],
};

export const configText = `# yaml-language-server: $schema=./schema/${schemaFiles.config}
# What drillbook may reach, and who may do what. Runbooks use only the names.
# The sites are called as the simulated ones of \`drillbook dev\`; their addresses are examples.
apiVersion: drillbook-config/v1
organisation: Example Ltd              # stands on reports

secrets:                               # NAME: where a worker reads it when it is used; a value never stands in this file
  zvm-a: { env: ZVM_A_PASSWORD }       # or { file: /run/secrets/zvm-a }, readable by the worker alone
  zvm-b: { env: ZVM_B_PASSWORD }

sites:
  site-a:
    url: https://10.10.0.5:9669        # of the ZVM; an address: DNS may be down on the day
    zerto-name: London                 # the ZVM's own name of its site; another one is refused
    account: { kind: windows, username: svc-drillbook, password: zvm-a }   # the password is the name of a secret
    # tls: { ca: certs/zvm-a.pem }     # without it the ZVM's certificate must be one that this system trusts
    peer: site-b
    test-networks: [A-Bubble-120]      # port groups in which tests may come up; without any, no drill here
  site-b:
    url: https://10.20.0.5:9669
    zerto-name: Slough
    account: { kind: windows, username: svc-drillbook, password: zvm-b }
    # tls: { ca: certs/zvm-b.pem }
    peer: site-a
    test-networks: [B-Bubble-120]

probes:                                # where checks look from: \`via\` in a runbook
  bubble-b: { proxy: "socks5://10.20.9.9:1080" }    # a SOCKS proxy with a leg in site B's test network

people:                                # one entry a human
  ana: { name: Ana Ruiz, email: ana@example.com }
  bo: { name: Bo Lind, email: bo@example.com }

groups:                                # people, or other groups
  dr-managers: [ana, bo]

targets:                               # where \`notify\` tells something
  dr-drills: { file: { path: notifications.jsonl } }    # a JSON object a line, beside this file

identity:
  unverified: drills                   # whom nothing but the operating system names may look, and start drills
`;

export const runbookText = `# yaml-language-server: $schema=../schema/${schemaFiles.runbook}
apiVersion: drillbook/v1
name: first-drill
description: Prove that the payments database comes up at site B.
site: site-b                           # where the VPG recovers to; one that points elsewhere is refused

objectives: { rto: 30m, rpo: 5m }      # the report says whether they were met

modes:
  drill: { via: bubble-b, vars: { db_host: 10.99.1.10 } }    # a test in the bubble; checks look from a probe in it

preflight:                             # read-only, before everything; \`drillbook plan\` runs it too
  - id: ready
    uses: zerto/check-vpgs
    with: { vpgs: [payments-db] }

steps:                                 # each waits for all above
  - id: db
    name: Recover the database
    uses: zerto/recover                # in a drill: a failover test. It is always stopped, whatever happens
    with: { vpg: payments-db }
    timeout: 20m

  - id: db_up
    name: The database answers
    uses: check/tcp
    with:
      host: \${{ vars.db_host }}
      port: 5432
    retry: { every: 15s, for: 5m }     # until it holds

finally:
  - id: tell
    uses: notify
    with: { to: dr-drills, message: "\${{ run.name }}: \${{ run.verdict }}" }
`;
