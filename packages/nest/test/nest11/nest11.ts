import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import * as express from '@nestjs/platform-express';
import * as fastify from '@nestjs/platform-fastify';
import type { Nest } from '../nest12.js';

/** The set of Nest 11, in the types of Nest 12. */
export const nest11 = {
  name: 'Nest 11',
  modules: new URL('node_modules/', import.meta.url),
  common,
  core,
  express,
  fastify,
  graphql: () => import('@nestjs/graphql'),
  apollo: () => import('@nestjs/apollo'),
  mercurius: () => import('@nestjs/mercurius'),
  microservices: () => import('@nestjs/microservices'),
  websockets: () => import('@nestjs/websockets'),
  socketIo: () => import('@nestjs/platform-socket.io'),
  testing: () => import('@nestjs/testing'),
} as unknown as Nest;
