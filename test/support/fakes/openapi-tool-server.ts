import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpException,
  Module,
  Param,
  Patch,
  Post,
  Query,
  Redirect,
  Req,
  type INestApplication,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiProperty,
  ApiQuery,
  DocumentBuilder,
  SwaggerModule,
} from '@nestjs/swagger';
import type { Request } from 'express';

class Size {
  @ApiProperty({ description: 'Centimetres' })
  width: number;
}

class Item {
  @ApiProperty({ description: 'Name of the item' })
  name: string;

  @ApiProperty({ type: Size, required: false })
  size?: Size;
}

@Controller()
class ItemsController {
  @ApiOperation({ operationId: 'get_item', summary: 'Read one item' })
  @ApiParam({ name: 'id', type: 'string', description: 'Id of the item' })
  @ApiQuery({ name: 'view', enum: ['short', 'long'], required: false })
  @ApiQuery({ name: 'tags', type: [String], required: false })
  @ApiHeader({ name: 'x-trace', required: false })
  @Get('items/:id')
  get(@Param('id') id: string, @Query() query: object, @Headers() headers: object): object {
    return { id, query, headers };
  }

  @ApiOperation({ operationId: 'create_item', summary: 'Create an item' })
  @ApiBody({ type: Item })
  @Post('items')
  create(@Body() body: object, @Headers() headers: object): object {
    return { body, headers };
  }

  @ApiOperation({ operationId: 'change_item', summary: 'Change an item' })
  @ApiParam({ name: 'id', type: 'integer' })
  @ApiBody({ type: [Item] })
  @Patch('items/:id')
  change(@Param('id') id: string, @Body() body: object): object {
    return { id, body };
  }

  @ApiOperation({ operationId: 'delete_item', summary: 'Delete an item' })
  @ApiParam({ name: 'id', type: 'string' })
  @Delete('items/:id')
  delete(@Param('id') id: string): never {
    throw new HttpException(`cannot delete ${id}`, 409);
  }

  @ApiOperation({ operationId: 'plain', summary: 'Text' })
  @Get('plain')
  plain(@Req() { res }: Request): string {
    res?.type('text/plain').cookie('secret', '1');
    return 'plain text';
  }

  @ApiOperation({ operationId: 'move', summary: 'A redirect' })
  @Redirect('http://127.0.0.1:9/', 302)
  @Get('move')
  move(): void {
    return;
  }
}

@Module({ controllers: [ItemsController] })
class ItemsModule {}

/** A server made with NestJS, with the OpenAPI document that its own Swagger module writes. */
export class OpenApiToolServer {
  private constructor(
    private readonly app: INestApplication,
    readonly url: string,
  ) {}

  static async start(): Promise<OpenApiToolServer> {
    const app = await NestFactory.create(ItemsModule, { logger: false });
    const title = new DocumentBuilder().setTitle('Items').setDescription('Items of a test').build();
    SwaggerModule.setup('docs', app, SwaggerModule.createDocument(app, title), {
      jsonDocumentUrl: 'openapi.json',
      yamlDocumentUrl: 'openapi.yaml',
    });
    await app.listen(0, '127.0.0.1');
    return new OpenApiToolServer(app, await app.getUrl());
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
