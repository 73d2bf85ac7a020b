import { describe, expect, it } from 'vitest';
import type { Decision, GuardRequest } from '../src/guard/decision.js';
import { createGuard } from '../src/guard/guard.js';
import type { GuardOptions } from '../src/guard/options.js';
import { memoryOverlay } from '../src/overlay/memory-overlay.js';
import { withOverlay } from '../src/overlay/with-overlay.js';
import { wordClassifier } from './guard-classifier.js';

const overlay = memoryOverlay([
  { phrase: 'stone', action: 'deny', community: 'gardeners' },
  { phrase: 'REFUSE', action: 'allow', community: 'collectors' },
]);

async function judge(
  request: GuardRequest,
  community: GuardOptions['community'],
): Promise<{ decision: Decision; seen: string[] }> {
  const inner = wordClassifier();
  const guard = createGuard({ classifier: withOverlay(inner, overlay), community, fields: ['/text'] });
  const decision = await guard.judge(request);
  await guard.close();
  return { decision, seen: inner.seen };
}

const inBody = ({ body }: GuardRequest): string => (body as { community: string }).community;
const request = (text: string, community?: unknown): GuardRequest => ({ body: { text, community } });

describe('a guard of several communities', () => {
  it('judges by the words of the community that a function names', async () => {
    const { decision } = await judge(request('a stone', 'gardeners'), inBody);
    expect(decision).toMatchObject({
      action: 'reject',
      status: 422,
      findings: [{ pointer: '/text', labels: ['toxic'], spans: [[2, 7]] }],
    });
    expect((await judge(request('a stone', 'collectors'), inBody)).decision.action).toBe('allow');
    const { decision: allowed, seen } = await judge(request('REFUSE bins', 'collectors'), async (one) =>
      inBody(one),
    );
    expect(allowed.action).toBe('allow');
    expect(seen).toEqual(['       bins']);
    expect((await judge(request('REFUSE bins', 'gardeners'), inBody)).decision.action).toBe('reject');
  });

  it('takes a constant, and none', async () => {
    expect((await judge(request('a stone'), 'gardeners')).decision.action).toBe('reject');
    expect((await judge(request('a stone'), undefined)).decision.action).toBe('allow');
    expect((await judge(request('a stone'), () => undefined)).decision.action).toBe('allow');
  });

  it.each([
    ['a number', 5],
    ['nothing', ''],
    ['too long an id', 'secret'.repeat(50)],
  ])('refuses a community that is %s, and does not tell it', async (_, community) => {
    const { decision } = await judge(request('a stone', community), inBody);
    expect(decision).toMatchObject({ action: 'unavailable', status: 500, error: { code: 'POLICY_FAILED' } });
    expect(decision.error?.message).toMatch(/^Expected `community`, given by a function, to be/);
    expect(JSON.stringify(decision)).not.toContain('secret');
  });

  it('says at once that an option is wrong', () => {
    expect(() => createGuard({ community: 5 as unknown as string })).toThrow('`community`');
  });

  it('tells a classifier of yours the community', async () => {
    const told: unknown[] = [];
    const guard = createGuard({
      classifier: wordClassifier((_, options) => void told.push(options.community)),
      community: 'a',
    });
    await guard.judge(request('text'));
    expect(told).toEqual(['a']);
  });
});
