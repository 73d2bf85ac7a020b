// Starts the example on PORT or 3000. `npm start` compiles and runs it.
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Decision, FlagToxic, RejectToxic, Toxicity, ToxicityModule } from '@toxicity-guard/nest';

@Controller()
class CommentsController {
  private readonly comments: string[] = [];

  // A toxic comment does not get here.
  @Post('comments')
  @RejectToxic()
  create(@Body('comment') comment: string, @Toxicity() toxicity: Decision | null) {
    this.comments.push(comment);
    return { flagged: toxicity?.action === 'flag' };
  }

  @Get('comments')
  list() {
    return this.comments;
  }

  // A report quotes what it is about, so it is only marked.
  @Post('reports')
  @FlagToxic()
  report(@Toxicity() toxicity: Decision | null) {
    return { urgent: toxicity?.action === 'flag' };
  }
}

@Module({ imports: [ToxicityModule.forRoot()], controllers: [CommentsController] })
class AppModule {}

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
