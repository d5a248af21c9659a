import type { Declared } from '../../actions/contract.ts';
import type { ConfigNames } from './names.ts';

/** What drillbook.yaml declares of endpoints and commands; without one, or of an unknown name, the safe default. */
export function declaredBy(names: ConfigNames | undefined): Declared {
  return {
    endpoint: (name, method) =>
      lookUp(names?.endpoints, name)?.effect ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'irreversible'),
    command: name => lookUp(names?.commands, name)?.effect,
  };
}

function lookUp<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
