// node scripts/sdk-download.mjs FOLDER VERSION: downloads the Temporal CLI as the SDK's test environment does. Exit code 0: it is there and starts.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir, version] = process.argv.slice(2);
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir, version } },
});
await environment.teardown();
