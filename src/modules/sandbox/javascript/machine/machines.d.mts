export class Machines {
  constructor(options: { libraryPath: string; memoryBytes: number });
}
