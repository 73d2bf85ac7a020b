import * as common from '@nestjs/common';
import * as core from '@nestjs/core';
import * as express from '@nestjs/platform-express';
import * as fastify from '@nestjs/platform-fastify';

/** One consistent set of Nest's packages. What only some tests need is loaded when they ask for it. */
export const nest12 = {
  name: 'Nest 12',
  modules: new URL('../node_modules/', import.meta.url),
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
};

export type Nest = typeof nest12;
