/** A lint plugin of one rule: `new Date()` reads the clock, and the pure rooms know none. `new Date(ms)` reads nothing. */
const noClock = {
  meta: { type: 'problem', schema: [] },
  create: context => ({
    NewExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0)
        context.report({ node, message: 'The pure rooms know no clock.' });
    },
  }),
};

export default { meta: { name: 'drillbook' }, rules: { 'no-clock': noClock } };
