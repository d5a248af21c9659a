import { z } from 'zod';
import { contract, minute, politely, second } from './contract.ts';
import { duration, port, probeName, span } from './fields.ts';

const via = probeName().optional().describe('Probe that the check looks from (default: the mode’s).');
const host = z.string().min(1).describe('Name or address.');
const timeout = duration()
  .default(10 * second)
  .describe('Longest that one try may take.');

export const checkTcp = contract({
  name: 'check/tcp',
  summary: 'proves that a TCP port answers',
  input: z.strictObject({ host, port: port().describe('Port, 1 to 65535.'), timeout, via }),
  output: z.strictObject({ connected_after: span().describe('Time until the connection stood.') }),
  effect: 'read',
  performer: 'activity',
  built: true,
  timeoutMs: 10 * minute,
  until: true,
  transport: politely,
});

export const checkDns = contract({
  name: 'check/dns',
  summary: 'proves that a DNS server gives the expected answer',
  input: z.strictObject({
    name: z.string().min(1).describe('Name that is asked for.'),
    type: z
      .enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SRV', 'TXT', 'SOA'])
      .default('A')
      .describe('Type of the records.'),
    server: z
      .string()
      .min(1)
      .optional()
      .describe('Name or address of the DNS server, with `:port` if it is not 53 (default: the system’s).'),
    expect: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('One answer or several, all of which must be among those given (default: any answer).'),
    timeout,
    via,
  }),
  output: z.strictObject({
    answers: z.array(z.string()).describe('The answers, sorted.'),
    answered_after: span().describe('Time until the answer was there.'),
  }),
  effect: 'read',
  performer: 'activity',
  built: false,
  timeoutMs: 10 * minute,
  until: true,
  transport: politely,
});

export const checkTls = contract({
  name: 'check/tls',
  summary: 'proves that a server shows the expected certificate',
  input: z.strictObject({
    host,
    port: port().default(443).describe('Port, 1 to 65535.'),
    'server-name': z.string().min(1).optional().describe('Name that the server is asked for (default: the host).'),
    expect: z
      .strictObject({
        'valid-for': duration().optional().describe('Shortest that the certificate must still be valid.'),
        issuer: z.string().min(1).optional().describe('Common name of its issuer.'),
        names: z.array(z.string().min(1)).min(1).optional().describe('Names that it must be valid for.'),
      })
      .optional()
      .describe('What the certificate must be (default: valid now, for the name).'),
    timeout,
    via,
  }),
  output: z.strictObject({
    valid_for: span().describe('How long the certificate is still valid.'),
    expires: z.string().describe('When it expires.'),
    issuer: z.string().describe('Common name of its issuer.'),
    names: z.array(z.string()).describe('Names that it is valid for.'),
  }),
  effect: 'read',
  performer: 'activity',
  built: false,
  timeoutMs: 10 * minute,
  until: true,
  transport: politely,
});
