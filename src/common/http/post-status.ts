import type { INestApplication, Type } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA } from '@nestjs/common/constants';
import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/** Where the decorators of @nestjs/swagger keep the documented answers, by status. */
const DOCUMENTED_ANSWERS = 'swagger/apiResponse';
type Answers = Record<number, object | undefined>;

/**
 * Makes 200 the status of POST handlers that name none: Nest's default is 201, the contract's is 200. Call it before
 * the routes are registered and before the OpenAPI document is made.
 */
export function answerPostsWith200(app: INestApplication): void {
  for (const module of app.get(ModulesContainer).values())
    for (const { metatype } of module.controllers.values()) if (metatype) patch(metatype as Type);
}

function patch(controller: Type): void {
  const prototype = controller.prototype as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as object | undefined;
    if (typeof handler !== 'function') continue;
    const isPost = Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.POST;
    if (!isPost || Reflect.hasMetadata(HTTP_CODE_METADATA, handler)) continue;
    Reflect.defineMetadata(HTTP_CODE_METADATA, 200, handler);
    documentAs200(handler);
  }
}

/** The build documents the type of the answer under Nest's default status. */
function documentAs200(handler: object): void {
  const { 201: created, ...others } = (Reflect.getMetadata(DOCUMENTED_ANSWERS, handler) ?? {}) as Answers;
  if (created) Reflect.defineMetadata(DOCUMENTED_ANSWERS, { 200: created, ...others }, handler);
}
