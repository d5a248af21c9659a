export interface WorkerOptions {
    /** Of drillbook.yaml. */
    readonly configPath: string;
    /** Takes the SDK's and the activities' lines; default: none below warnings, on standard error. */
    readonly log?: (line: string) => void;
    /** The pre-built workflow bundle; default: the one of the build. */
    readonly bundlePath?: string;
}
/** A worker that serves runs. `run` settles when `shutdown` was called and everything has ended, sessions included. */
export interface RunningWorker {
    run(): Promise<void>;
    shutdown(): void;
}
/**
 * Connects to Temporal as the environment says and starts one worker for runs, guards, locks and their activities.
 * Throws TemporalUnreachable, or ConfigRefused with the diagnostics of drillbook.yaml.
 */
export declare function startWorker(options: WorkerOptions): Promise<RunningWorker>;
