import { InterceptingCall, type Interceptor, Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { awayOf, createLink, retriesFor } from '../../control/link.ts';
import { TemporalAway } from '../../control/temporal-away.ts';

const namespace = '/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace';

/** A connection whose server says what it is told to. `now`: its clock, which a call moves on. */
function connection() {
  let now = 1_000_000;
  const { noticing } = createLink('t:7233', 5_000, () => now);
  const call = (code: number, details: string, tookMs: number, options: object = { deadline: now + 5_000 }) => {
    const whole = Object.assign(options, { method_definition: { path: namespace } });
    const told: StatusObject = { code, details, metadata: new Metadata() };
    const next = () =>
      ({
        start: (_: unknown, listener: { onReceiveStatus: (told: StatusObject) => void }) => {
          now += tookMs;
          listener.onReceiveStatus(told);
        },
      }) as never;
    const intercepted = noticing(whole as Parameters<Interceptor>[0], next);
    expect(intercepted).toBeInstanceOf(InterceptingCall);
    intercepted.start(new Metadata(), {});
    return told;
  };
  return { call, at: () => now };
}

const { DEADLINE_EXCEEDED, OK, RESOURCE_EXHAUSTED, UNAVAILABLE } = status;

it('defect: a rate limit was told as a Temporal that does not answer', () => {
  const { call, at } = connection();
  const options = { deadline: at() + 5_000 };
  const limited = call(RESOURCE_EXHAUSTED, 'namespace rate limit exceeded', 10, options);
  expect(awayOf(limited)).toMatchObject({ busy: true, why: 'namespace rate limit exceeded' });
  // Tried again, too late.
  const late = call(DEADLINE_EXCEEDED, '', 4_990, options);
  const known = awayOf(late);
  expect(known).toMatchObject({ busy: true, why: 'namespace rate limit exceeded' });
  const told = known === undefined ? undefined : new TemporalAway(known, 'not sent');
  expect(told?.name).toBe('TemporalBusy');
  expect(told?.message).toMatch(/^It was not sent: .* Temporal at t:7233 is busy \(namespace rate limit exceeded\)/);
  expect(told?.message).not.toContain('has not answered');
});

it('defect: a call whose deadline was over before it was asked counted as silence', () => {
  const { call, at } = connection();
  call(OK, '', 10);
  expect(awayOf(call(DEADLINE_EXCEEDED, '', 0, { deadline: at() - 1 }))).toMatchObject({ busy: true });
  // Nor is the next one that is answered late away since then.
  const late = awayOf(call(DEADLINE_EXCEEDED, '', 5_000));
  expect(late).toMatchObject({ since: at() });
});

it('silence is silence: nothing has answered since it was asked', () => {
  const { call, at } = connection();
  call(OK, '', 10);
  const since = at() + 5_000;
  const late = awayOf(call(DEADLINE_EXCEEDED, '', 5_000));
  expect(late).toEqual({ address: 't:7233', since, answeredAt: since - 5_000, why: 'no answer in time' });
  expect(awayOf(call(UNAVAILABLE, 'connection refused', 10))).toMatchObject({ since });
});

it('an answer that our own client finds too long is no limit of Temporal', () => {
  const { call } = connection();
  const told = call(RESOURCE_EXHAUSTED, 'Received message larger than max (70 vs. 64)', 10);
  expect(awayOf(told)).toBeUndefined();
});

it('defect: the pause before another try was not bounded by what was left of the deadline', () => {
  const { call, at } = connection();
  const told = call(RESOURCE_EXHAUSTED, 'rate limit', 4_000, { deadline: at() + 5_000 });
  const retries = retriesFor(5_000, at);
  expect(retries.retryableDecider(1, told)).toBe(true);
  expect(retries.delayFunction(1, told)).toBe(500);
  const last = call(RESOURCE_EXHAUSTED, 'rate limit', 4_700, { deadline: at() + 5_000 });
  expect(retries.retryableDecider(1, last)).toBe(false);
  const free = call(RESOURCE_EXHAUSTED, 'rate limit', 10, {});
  expect(retries.delayFunction(1, free)).toBeGreaterThan(1_000);
});
