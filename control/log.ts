import type { Logger, LogLevel, LogMetadata } from '@temporalio/common';
import { pino } from 'pino';
import { maskSecretValues } from './config/secret-values.ts';

/** Names of fields whose value is never written, whoever logs them, some objects deep. */
const redacted = [
  ...['password', 'passwd', 'passphrase', 'secret', 'client_secret', 'clientSecret', 'credential', 'credentials'],
  ...['token', 'access_token', 'refresh_token', 'id_token', 'accessToken', 'refreshToken', 'apiKey', 'api_key'],
  ...['authorization', 'Authorization', 'cookie', 'set-cookie', 'session', 'sessionId', 'x-zerto-session'],
];

export interface LogOptions {
  /** Takes each line. */
  readonly write: (line: string) => void;
  readonly level: 'info' | 'warn';
  /** For a person who looks; else a JSON object a line. */
  readonly readable: boolean;
}

/**
 * The log of a worker, for Temporal's SDK and our activities: what happened and where, never a payload, never the value of
 * a secret that this process has read.
 */
export function createLog({ write, level, readable }: LogOptions): Logger {
  const log = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: {
        paths: redacted.flatMap(name => ['', '*.', '*.*.'].map(prefix => pathOf(prefix, name))),
        censor: '[secret]',
      },
    },
    {
      write: (line: string) => {
        const masked = maskSecretValues(line.trimEnd());
        write(readable ? forPeople(masked) : masked);
      },
    },
  );
  const at = (severity: LogLevel) => (message: string, meta?: LogMetadata) => {
    log[methodOf(severity)](factsOf(meta), message);
  };
  return {
    log: (severity, message, meta) => {
      at(severity)(message, meta);
    },
    ...{ trace: at('TRACE'), debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') },
  };
}

/** A name with a dash is spelt in brackets. */
function pathOf(prefix: string, name: string): string {
  return /^\w+$/.test(name) ? `${prefix}${name}` : `${prefix.replace(/\.$/, '')}["${name}"]`;
}

function methodOf(severity: LogLevel): 'trace' | 'debug' | 'info' | 'warn' | 'error' {
  switch (severity) {
    case 'TRACE':
      return 'trace';
    case 'DEBUG':
      return 'debug';
    case 'INFO':
      return 'info';
    case 'WARN':
      return 'warn';
    case 'ERROR':
      return 'error';
  }
}

const wanted = [
  ...['workflowId', 'runId', 'activityId', 'activityType', 'attempt', 'type', 'durationMs', 'taskQueue'],
  // Of our own activities: what they want to be found by.
  'facts',
];

/** The facts that help to find a line: the SDK's other ones hold payloads. */
function factsOf(meta: LogMetadata | undefined): Record<string, unknown> {
  const given = (meta ?? {}) as Record<string, unknown>;
  const facts = wanted.flatMap(key => (given[key] === undefined ? [] : [[key, given[key]] as const]));
  const { error } = given;
  const why = error instanceof Error ? { error: { name: error.name, message: error.message } } : {};
  return { ...Object.fromEntries(facts), ...why };
}

function forPeople(line: string): string {
  const {
    level,
    time,
    msg,
    error,
    pid: _pid,
    ...facts
  } = JSON.parse(line) as Record<string, unknown> & {
    error?: { name: string; message: string };
  };
  const why = error === undefined ? '' : ` (${error.name}: ${error.message})`;
  return `${String(time)} ${String(level).toUpperCase()} ${String(msg)}${why} ${JSON.stringify(facts)}`;
}
