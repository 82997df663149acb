import { Controller, Get, SetMetadata, type INestApplication } from '@nestjs/common';
import { metadataByPath } from './route-metadata';

const Form = (form: string) => SetMetadata('form', form);

@Form('outer')
@Controller('outer')
class OuterController {
  @Get('plain')
  plain(): void {}

  @Form('own')
  @Get(['own', 'own/:id'])
  own(): void {}
}

@Form('inner')
@Controller('outer/inner')
class InnerController {
  @Get()
  get(): void {}
}

@Controller()
class RootController {
  @Form('exact')
  @Get(['api/exact', 'api/items/:id/part'])
  exact(): void {}

  @Get('api/other')
  other(): void {}
}

const app = {
  get: () =>
    new Map([
      [
        'module',
        { controllers: new Map([OuterController, InnerController, RootController].map((m) => [m, { metatype: m }])) },
      ],
    ]),
} as unknown as INestApplication;

describe('metadataByPath', () => {
  it.each([
    ['/outer', 'outer'],
    ['/outer/plain', 'outer'],
    ['/outer/unknown/deep', 'outer'],
    ['/outer/own', 'own'],
    ['/outer/own/', 'own'],
    ['/OUTER/Own/7', 'own'],
    ['/outer/ownership', 'outer'],
    ['/outer/inner', 'inner'],
    ['/outer/inner/unknown', 'inner'],
    ['/outerspace', undefined],
    ['/api/exact', 'exact'],
    ['/api/exact/more', undefined],
    ['/api/items/7/part', 'exact'],
    ['/api/other', undefined],
    ['/', undefined],
  ])('%s has the value %s', (path, value) => expect(metadataByPath<string>(app, 'form')(path)).toBe(value));
});
