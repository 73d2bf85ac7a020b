import type { ExecutionContext } from '@nestjs/common';
import type { Decision } from '@toxicity-guard/core';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import type { ToxicityModuleOptions } from '../src/index.js';
import { closeAll, closeLater, listen } from './apps.js';
import { loadMajors } from './majors.js';

const majors = await loadMajors();

afterEach(closeAll);

describe.each(majors)('%s', async (_name, { nest, guard }) => {
  const { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } = await nest.websockets();
  const { IoAdapter } = await nest.socketIo();
  const { FlagToxic, RejectToxic, SkipToxicity, Toxicity, ToxicityModule } = guard;

  const Pattern = nest.common.createParamDecorator((_data: unknown, context: ExecutionContext) =>
    context.switchToWs().getPattern(),
  );

  async function connect(options: ToxicityModuleOptions = {}) {
    const handled: unknown[] = [];

    @WebSocketGateway()
    @RejectToxic()
    class Chat {
      @SubscribeMessage('say')
      say(@MessageBody() data: unknown, @Toxicity() toxicity: Decision | null, @Pattern() pattern: string) {
        handled.push(data);
        return { event: 'said', data: { data, action: toxicity?.action ?? null, pattern } };
      }
      @SubscribeMessage('whisper')
      @FlagToxic()
      whisper(
        @MessageBody() data: unknown,
        @Toxicity() toxicity: Decision | null,
        @ConnectedSocket() client: Socket,
      ) {
        handled.push(data);
        return { event: 'said', data: { data, action: toxicity?.action ?? null, id: client.id } };
      }
      @SubscribeMessage('shout')
      @SkipToxicity()
      shout(@MessageBody() data: unknown, @Toxicity() toxicity: Decision | null) {
        handled.push(data);
        return { event: 'said', data: { data, action: toxicity?.action ?? null } };
      }
      // Without decorators of parameters Nest hands on its own arguments.
      @SubscribeMessage('bare')
      bare(_client: Socket, data: unknown) {
        return { event: 'said', data: { data } };
      }
    }
    const { url, log } = await listen(
      nest,
      'Express',
      {
        imports: [ToxicityModule.forRoot({ classifier: wordClassifier(), ...options })],
        providers: [Chat],
      },
      { before: (app) => app.useWebSocketAdapter(new IoAdapter(app)) },
    );
    const socket = io(url, { transports: ['websocket'], forceNew: true });
    closeLater(socket);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const answer = () =>
      // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of any shape.
      new Promise<{ event: string; data: any }>((resolve) => {
        const hear = (event: string, data: unknown) => {
          socket.offAny(hear);
          resolve({ event, data });
        };
        socket.onAny(hear);
      });
    return {
      socket,
      handled,
      log,
      send: (event: string, data: unknown) => {
        const answered = answer();
        socket.emit(event, data);
        return answered;
      },
    };
  }

  it('hands a message its verdict, whether it is an object or a bare string', async () => {
    const { send } = await connect();
    expect(await send('say', { text: 'RUDE' })).toEqual({
      event: 'said',
      data: { data: { text: 'RUDE' }, action: 'flag', pattern: 'say' },
    });
    expect(await send('say', 'RUDE')).toEqual({
      event: 'said',
      data: { data: 'RUDE', action: 'flag', pattern: 'say' },
    });
    expect(await send('say', 'fine')).toMatchObject({ data: { action: 'allow' } });
    expect(await send('say', 7)).toMatchObject({ data: { action: null } });
    expect(await send('bare', 'RUDE')).toEqual({ event: 'said', data: { data: 'RUDE' } });
  });

  it('refuses a toxic one with a WsException that holds the problem, and no text', async () => {
    const { send, handled, log } = await connect();
    const { event, data } = await send('say', { text: 'REFUSE' });
    expect(event).toBe('exception');
    expect(data).toStrictEqual({
      type: 'urn:toxicity-guard:problem:toxic-content',
      title: 'Content refused',
      status: 422,
      detail: '1 text was refused as toxic.',
      code: 'TOXIC_CONTENT',
      errors: [
        { detail: 'Judged toxic, insult.', in: 'body', pointer: '#/text', labels: ['toxic', 'insult'] },
      ],
    });
    expect(await send('say', 'REFUSE')).toMatchObject({
      event: 'exception',
      data: { errors: [{ pointer: '#' }] },
    });
    expect(await send('bare', 'REFUSE')).toMatchObject({ event: 'exception', data: { status: 422 } });
    expect(handled).toEqual([]);
    expect(log()).not.toContain('REFUSE');
  });

  it("lets a handler's decorator win over its gateway's", async () => {
    const { send, socket } = await connect();
    expect((await send('whisper', 'REFUSE')).data).toEqual({ data: 'REFUSE', action: 'flag', id: socket.id });
    expect((await send('shout', 'REFUSE')).data).toEqual({ data: 'REFUSE', action: null });
  });

  it('keeps messages that one client sends at once apart', async () => {
    const classifier = wordClassifier(
      // The first to come is the last to be judged.
      (text) => new Promise((resolve) => setTimeout(resolve, 20 - 2 * Number(text.split(' ')[1]))),
    );
    const { socket } = await connect({ classifier });
    const said: { data: string; action: string }[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on('said', (one) => {
        said.push(one);
        if (said.length === 10) resolve();
      });
    });
    for (let index = 0; index < 10; index++) socket.emit('say', `${index % 2 ? 'RUDE' : 'fine'} ${index}`);
    await all;
    for (const { data, action } of said) expect(action).toBe(data.startsWith('RUDE') ? 'flag' : 'allow');
  });

  it('tells hooks the handler and the client', async () => {
    const seen: unknown[] = [];
    const { send, socket } = await connect({
      onDecision: (_decision, { route, raw }) => seen.push(route, (raw as Socket).id),
    });
    await send('say', 'fine');
    expect(seen).toEqual(['Chat.say', socket.id]);
  });

  it('refuses where the classifier fails, or lets pass and marks', async () => {
    const classifier = wordClassifier(() => Promise.reject(new Error('REFUSE')));
    const closed = await connect({ classifier });
    expect(await closed.send('say', 'fine')).toMatchObject({
      event: 'exception',
      data: { status: 503, code: 'CLASSIFIER_FAILED' },
    });
    const open = await connect({ classifier, failure: 'open' });
    expect(await open.send('say', 'fine')).toMatchObject({ event: 'said', data: { action: 'unavailable' } });
  });

  it('tells a mistake of the server to its log alone', async () => {
    const { send, log } = await connect({
      fields: () => {
        throw new RangeError('x');
      },
    });
    const { event, data } = await send('say', { text: 'REFUSE' });
    expect(event).toBe('exception');
    expect(data).toMatchObject({ status: 500, code: 'FIELDS_FAILED' });
    expect(JSON.stringify(data)).not.toMatch(/REFUSE|`fields`/);
    expect(log()).toContain('The `fields` function threw RangeError');
    expect(log()).not.toContain('REFUSE');
  });
});
