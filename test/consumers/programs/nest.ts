import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RejectToxic, ToxicityModule, type ToxicityModuleOptions } from '@toxicity-guard/nest';

const [, , clean = '', toxic = ''] = process.argv;
const options: ToxicityModuleOptions = { mode: 'reject' };

@Controller()
class Comments {
  @Post()
  @RejectToxic({ fields: ['/comment'] })
  create(): string {
    return 'allow';
  }
}

@Module({ imports: [ToxicityModule.forRoot(options)], controllers: [Comments] })
class Application {}

async function main(): Promise<void> {
  const app = await NestFactory.create(Application, { logger: false });
  await app.listen(0, '127.0.0.1');
  for (const comment of [clean, toxic]) {
    const response = await fetch(await app.getUrl(), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ comment }),
    });
    const text = await response.text();
    console.log(response.status === 422 ? 422 : text);
  }
  await app.close();
}

void main();
