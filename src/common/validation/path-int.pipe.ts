import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ValidationError } from '../errors/validation-error';
import { coerceInteger } from './coerce';

/** `@Param('name', PathIntPipe)`: an integer in the path. @throws ValidationError with the contract's text. */
@Injectable()
export class PathIntPipe implements PipeTransform<string, number> {
  transform(input: string, { data }: ArgumentMetadata): number {
    const value = coerceInteger(input);
    if (Number.isSafeInteger(value)) return value as number;
    const msg = 'Input should be a valid integer, unable to parse string as an integer';
    throw new ValidationError([{ type: 'int_parsing', loc: ['path', data ?? ''], msg, input }]);
  }
}

/** As `PathIntPipe`, for handlers that also have a path without the integer; undefined there. */
@Injectable()
export class OptionalPathIntPipe implements PipeTransform<string | undefined, number | undefined> {
  private readonly required = new PathIntPipe();

  transform(input: string | undefined, metadata: ArgumentMetadata): number | undefined {
    return input === undefined ? undefined : this.required.transform(input, metadata);
  }
}
