/** A bare Express application that stores uploads with multer's own storage on the disk: what `bench:uploads` compares with. */
import express from 'express';
import multer from 'multer';

const uploads = multer({ dest: process.env.DIRECTORY });

express()
  .get('/health', (_, response) => void response.json(true))
  .post('/', uploads.single('file'), ({ file }, response) => void response.json({ size: file.size }))
  .listen(Number(process.env.PORT), '127.0.0.1');

process.once('SIGTERM', () => process.exit(0));
