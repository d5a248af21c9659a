// node scripts/set-up-state.mjs: what the set-up would find, as JSON, without doing anything. `drillbook doctor` asks this.
import { isBuildFresh } from './build-tree.mjs';
import { areDependenciesFresh } from './dependencies.mjs';
import { isClone } from './paths.mjs';

const state = isClone()
  ? { clone: true, dependencies: areDependenciesFresh(), build: isBuildFresh() }
  : { clone: false, dependencies: true, build: true };
console.log(JSON.stringify(state));
