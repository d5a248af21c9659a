/** A drillbook.yaml in order, of eight lines. */
export const config = `apiVersion: drillbook-config/v1
secrets: { zvm: { env: ZVM } }
sites:
  site-b:
    url: https://127.0.0.1:9669
    zerto-name: Slough
    generation: windows
    account: { kind: windows, username: drillbook, password: zvm }
`;
