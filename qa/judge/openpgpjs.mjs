// What openpgp.js does and says, for the program beside it. Each command prints one line of JSON.
//   node openpgpjs.mjs make DIRECTORY       certificates and their private keys, made by the library with post-quantum support
//   node openpgpjs.mjs read SECRET FILE...  what each library says of certificates; with the private key, or - for none, what comes
//                                           out of a message
import * as fs from 'node:fs';
import * as openpgp from 'openpgp';
import * as proton from 'proton-openpgp';

const LIBRARIES = { openpgp, proton };
const CREATED = new Date('2024-01-01T00:00:00Z');
const TEXT = 'a message for the holder of the certificate';

const [command, ...args] = process.argv.slice(2);
console.log(JSON.stringify(command === 'make' ? await make(args[0]) : await Promise.all(args.slice(1).map(file => read(file, args[0])))));

async function make(directory) {
  const made = {
    'js-v6-ml-dsa-65': { v6: true, type: 'pqc' },
    'js-v6-ed25519-ml-kem-768': { v6: true, type: 'curve25519', subkeys: [{ type: 'pqc' }, { type: 'curve25519' }] },
    'js-v6-ml-dsa-65-signing-subkey': { v6: true, type: 'pqc', subkeys: [{ type: 'pqc' }, { type: 'pqc', sign: true }] },
    'js-v4-ed25519-ml-kem-768': { v6: false, type: 'curve25519', subkeys: [{ type: 'pqc' }, { type: 'curve25519' }] },
    'js-v4-eddsa-ml-kem-768': { v6: false, type: 'ecc', subkeys: [{ type: 'pqc' }, { type: 'ecc' }] },
    'js-v6-ml-dsa-65-revoked': { v6: true, type: 'pqc', revoked: true },
    'js-v4-ed25519-ml-kem-768-revoked': { v6: false, type: 'curve25519', subkeys: [{ type: 'pqc' }], revoked: true },
  };
  for (const [name, { v6, type, subkeys, revoked }] of Object.entries(made)) {
    const { privateKey } = await proton.generateKey({
      type, subkeys, date: CREATED, format: 'object', userIDs: [{ name, email: `${name}@example.org` }],
      config: { v6Keys: v6, aeadProtect: v6 },
    });
    fs.writeFileSync(`${directory}/${name}.secret`, privateKey.write());
    const publicKey = revoked
      ? (await proton.revokeKey({ key: privateKey, date: CREATED, format: 'object' })).publicKey // without a reason
      : privateKey.toPublic();
    fs.writeFileSync(`${directory}/${name}.pgp`, publicKey.write());
  }
  return Object.keys(made);
}

async function read(file, secret) {
  const said = {};
  for (const [name, library] of Object.entries(LIBRARIES)) {
    said[name] = await judged(library, fs.readFileSync(file), secret !== '-' && fs.readFileSync(secret));
  }
  return said;
}

async function judged(library, content, secret) {
  let key;
  try {
    [key] = content[0] & 0x80 // armor is text
      ? await library.readKeys({ binaryKeys: content }) : await library.readKeys({ armoredKeys: content.toString('latin1') });
  } catch (refused) {
    return { read: refused.message };
  }
  const said = { read: key.getAlgorithmInfo().algorithm, version: key.keyPacket.version };
  said.revoked = await key.isRevoked();
  said.primary = await verdict(async () => { await key.verifyPrimaryKey(); return 'verified'; });
  said.user = await verdict(async () => (await key.getPrimaryUser()).user.userID.userID);
  said.subkeys = (await Promise.all(key.subkeys.map(async subkey =>
    `${subkey.getAlgorithmInfo().algorithm} ${await verdict(async () => { await subkey.verify(); return 'verified'; })}`))).sort();
  said.encrypts = await verdict(async () => (await key.getEncryptionKey()).getAlgorithmInfo().algorithm);
  said.message = await verdict(() => message(library, key, secret));
  return said;
}

/** Through the first subkey that can be encrypted to; decrypted, where its private key is there. */
async function message(library, key, secret) {
  const armored = await library.encrypt({ message: await library.createMessage({ text: TEXT }), encryptionKeys: key });
  if (!secret) {
    return 'encrypted';
  }
  const decryptionKeys = await library.readPrivateKey({ binaryKey: secret });
  const { data } = await library.decrypt({ message: await library.readMessage({ armoredMessage: armored }), decryptionKeys });
  return data === TEXT ? 'decrypted' : 'decrypted to another text';
}

async function verdict(asked) {
  try {
    return await asked();
  } catch (refused) {
    return `no: ${refused.message}`;
  }
}
