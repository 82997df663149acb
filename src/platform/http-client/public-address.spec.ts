import { guardedLookup, isNoMetadataAddress, isPublicAddress } from './public-address';

describe('isPublicAddress', () => {
  it.each(['93.184.216.34', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])('takes %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:93.184.216.34',
    '::7f00:1',
    'fc00::1',
    'fe80::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'localhost',
    '',
    '2606:4700::5efe:7f00:1',
    '168.63.129.16',
    '100.100.100.200',
    'fd00:ec2::254',
    '64:ff9b:1::a00:1',
    '127.1',
    '0x7f.1',
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('isNoMetadataAddress', () => {
  it.each(['127.0.0.1', '10.0.0.1', '93.184.216.34', '::1', 'fd00::1', '::ffff:10.0.0.1', '2606:4700::1111'])(
    'takes %s',
    (address) => {
      expect(isNoMetadataAddress(address)).toBe(true);
    },
  );

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fe80::a9fe:a9fe',
    'fe80::a9fe:a9fe%eth0',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2001:0:0:0:0:0:5601:5601',
    '2001:0:a9fe:a9fe::1',
    'fd00::5efe:a9fe:a9fe',
    'metadata',
    '',
  ])('refuses %s', (address) => {
    expect(isNoMetadataAddress(address)).toBe(false);
  });
});

describe('guardedLookup', () => {
  it('fails for a name of this machine', async () => {
    const error = await new Promise((resolve) => guardedLookup(isPublicAddress)('localhost', {}, resolve));
    expect(error).toMatchObject({ code: 'EPRIVATE' });
  });

  it('finds what its rule allows', async () => {
    const found = await new Promise((resolve) =>
      guardedLookup(isNoMetadataAddress)('localhost', {}, (_, address) => resolve(address)),
    );
    expect(['127.0.0.1', '::1']).toContain(found);
  });
});
