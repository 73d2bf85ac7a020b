import type { AddressInfo, Server } from 'node:net';
import type { Decision } from '@toxicity-guard/core';
import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import type { ToxicityModuleOptions } from '../src/index.js';
import { closeAll, closeLater, loggerOf, rootModule } from './apps.js';
import { loadMajors } from './majors.js';

const majors = await loadMajors();

afterEach(closeAll);

describe.each(majors)('%s', async (_name, { nest, guard }) => {
  const { ClientProxyFactory, EventPattern, MessagePattern, Payload, Transport } = await nest.microservices();
  const { Controller } = nest.common;
  const { FlagToxic, RejectToxic, SkipToxicity, Toxicity, ToxicityGuard, ToxicityModule } = guard;

  async function connect(options: ToxicityModuleOptions = {}, isGlobal = false) {
    const events: unknown[] = [];
    let heard = (_data: unknown) => {};

    @Controller()
    class Comments {
      @MessagePattern('add')
      @RejectToxic()
      add(@Payload() data: unknown, @Toxicity() toxicity: Decision | null) {
        return { data, action: toxicity?.action ?? null };
      }
      @MessagePattern({ cmd: 'flag' })
      @FlagToxic()
      flag(@Payload() data: unknown, @Toxicity() toxicity: Decision | null) {
        return { data, action: toxicity?.action ?? null };
      }
      @MessagePattern('plain')
      plain(@Payload() data: unknown, @Toxicity() toxicity: Decision | null) {
        return { data, action: toxicity?.action ?? null };
      }
      @MessagePattern('skip')
      @SkipToxicity()
      skip(@Payload() data: unknown, @Toxicity() toxicity: Decision | null) {
        return { data, action: toxicity?.action ?? null };
      }
      @EventPattern('added')
      @RejectToxic()
      added(@Payload() data: unknown) {
        events.push(data);
        heard(data);
      }
    }
    const lines: string[] = [];
    const module = rootModule({
      imports: [ToxicityModule.forRoot({ classifier: wordClassifier(), ...options })],
      controllers: [Comments],
      providers: isGlobal ? [{ provide: nest.core.APP_GUARD, useClass: ToxicityGuard }] : [],
    });
    const service = await nest.core.NestFactory.createMicroservice(module, {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
      logger: loggerOf(lines),
    });
    await service.listen();
    const { port } = service.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    });
    closeLater({
      close: async () => {
        await client.close();
        await service.close();
      },
    });
    await client.connect();
    return {
      events,
      log: () => lines.join('\n'),
      // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of any shape.
      send: (pattern: unknown, data: unknown): Promise<any> => firstValueFrom(client.send(pattern, data)),
      refusal: (pattern: unknown, data: unknown): Promise<unknown> =>
        firstValueFrom(client.send(pattern, data)).then(
          () => 'It passed.',
          (error: unknown) => error,
        ),
      emit: (pattern: unknown, data: unknown) =>
        firstValueFrom(client.emit(pattern, data), { defaultValue: null }),
      nextEvent: () =>
        new Promise<unknown>((resolve) => {
          heard = resolve;
        }),
    };
  }

  it('hands a message its verdict, whether it is an object or a bare string', async () => {
    const { send } = await connect();
    expect(await send('add', { text: 'RUDE' })).toEqual({ data: { text: 'RUDE' }, action: 'flag' });
    expect(await send('add', 'RUDE')).toEqual({ data: 'RUDE', action: 'flag' });
    expect(await send('add', 'fine')).toEqual({ data: 'fine', action: 'allow' });
    expect(await send('add', 7)).toEqual({ data: 7, action: null });
  });

  it('refuses a toxic one with an RpcException that holds the problem, and no text', async () => {
    const { refusal, log } = await connect();
    expect(await refusal('add', { text: 'REFUSE' })).toStrictEqual({
      type: 'urn:toxicity-guard:problem:toxic-content',
      title: 'Content refused',
      status: 422,
      detail: '1 text was refused as toxic.',
      code: 'TOXIC_CONTENT',
      errors: [
        { detail: 'Judged toxic, insult.', in: 'body', pointer: '#/text', labels: ['toxic', 'insult'] },
      ],
    });
    expect(await refusal('add', 'REFUSE')).toMatchObject({ errors: [{ pointer: '#' }] });
    expect(log()).not.toContain('REFUSE');
  });

  it('judges the handlers with a decorator, or all but those that skip', async () => {
    const some = await connect();
    expect(await some.send('plain', 'REFUSE')).toEqual({ data: 'REFUSE', action: null });
    expect(await some.send('skip', 'REFUSE')).toEqual({ data: 'REFUSE', action: null });
    expect(await some.send({ cmd: 'flag' }, 'REFUSE')).toEqual({ data: 'REFUSE', action: 'flag' });
    const all = await connect({}, true);
    expect(await all.refusal('plain', 'REFUSE')).toMatchObject({ status: 422 });
    expect(await all.send('skip', 'REFUSE')).toEqual({ data: 'REFUSE', action: null });
    expect(await all.send({ cmd: 'flag' }, 'REFUSE')).toEqual({ data: 'REFUSE', action: 'flag' });
  });

  it('keeps a toxic event from its handler, and hears the next one', async () => {
    const { emit, events, nextEvent, log } = await connect();
    const heard = nextEvent();
    await emit('added', { text: 'REFUSE' });
    await emit('added', { text: 'fine' });
    expect(await heard).toEqual({ text: 'fine' });
    expect(events).toEqual([{ text: 'fine' }]);
    expect(log()).not.toContain('REFUSE');
  });

  it('tells hooks the handler', async () => {
    const routes: unknown[] = [];
    const { send } = await connect({ onDecision: (_decision, { route }) => routes.push(route) });
    await send('add', 'fine');
    expect(routes).toEqual(['Comments.add']);
  });

  it('refuses where the classifier fails, or lets pass and marks', async () => {
    const classifier = wordClassifier(() => Promise.reject(new Error('REFUSE')));
    const closed = await connect({ classifier });
    expect(await closed.refusal('add', 'fine')).toMatchObject({ status: 503, code: 'CLASSIFIER_FAILED' });
    const open = await connect({ classifier, failure: 'open' });
    expect(await open.send('add', 'fine')).toEqual({ data: 'fine', action: 'unavailable' });
  });

  it('tells a mistake of the server to its log alone', async () => {
    const { refusal, log } = await connect({
      fields: () => {
        throw new RangeError('x');
      },
    });
    const problem = await refusal('add', { text: 'REFUSE' });
    expect(problem).toMatchObject({ status: 500, code: 'FIELDS_FAILED' });
    expect(JSON.stringify(problem)).not.toMatch(/REFUSE|`fields`/);
    expect(log()).toContain('The `fields` function threw RangeError');
    expect(log()).not.toContain('REFUSE');
  });
});
