/** Scenarios that drillbook brings, as `--scenario` names them; the first is the default. */
export const shippedScenarios = ['payments', 'hundred-vpgs', 'hyperv', 'vcd', 'site-lost'] as const;
export type ShippedScenario = (typeof shippedScenarios)[number];
