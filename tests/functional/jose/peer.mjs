// A peer that shares nothing with Mutoscope but docs/protocol.md: JOSE, hashes and TLS are those of `jose` and Node.js.
//
//     node peer.mjs verify TYPE FILE MEMBER…      checks a message that the keys in these members of its payload must have signed
//     node peer.mjs handshake LINK NETWORK        asks a tracker, with a new key each time
//     node peer.mjs spend-address LINK NETWORK
//     node peer.mjs corrupted-handshake LINK NETWORK
//
// Each prints one JSON object. Where anything is not as it should be, it says so on standard error and exits with 1.

import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import https from 'node:https';
import tls from 'node:tls';
import { EmbeddedJWK, GeneralSign, base64url, exportJWK, generalVerify, generateKeyPair } from 'jose';

const patienceMs = 60_000;

function check(condition, sentence) {
    if (!condition)
        throw new Error(sentence);
}

function sha256(bytes) {
    return createHash('sha256').update(bytes).digest('hex');
}

function hasExactly(object, members) {
    return JSON.stringify(Object.keys(object).sort()) === JSON.stringify([...members].sort());
}

/// The payload of a message that exactly these members' keys have signed, and the SHA-256 of its bytes.
async function open(envelope, type, members) {
    check(hasExactly(envelope, ['payload', 'signatures']), 'the envelope has other members than payload and signatures');
    const signers = [];
    let payload;
    for (const signature of envelope.signatures) {
        check(hasExactly(signature, ['protected', 'signature']), 'a signature has other members than protected and signature');
        // generalVerify is content with any one good signature, so each is brought before it alone.
        const verified = await generalVerify({ payload: envelope.payload, signatures: [signature] }, EmbeddedJWK,
            { algorithms: ['EdDSA'] });
        const header = verified.protectedHeader;
        check(hasExactly(header, ['alg', 'typ', 'jwk']), 'a protected header has other members than alg, typ and jwk');
        check(header.alg === 'EdDSA', `the algorithm is ${header.alg}`);
        check(header.typ === type, `the type is ${header.typ}, not ${type}`);
        check(hasExactly(header.jwk, ['kty', 'crv', 'x']) && header.jwk.kty === 'OKP' && header.jwk.crv === 'Ed25519',
            'a jwk is not an Ed25519 public key');
        signers.push(header.jwk.x);
        payload = verified.payload;
    }
    check(members.length > 0 && signers.length === members.length, `there are ${signers.length} signatures, not ${members.length}`);
    const message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    for (const member of members)
        check(signers.filter((key) => key === message[member]).length === 1, `the key in '${member}' has not signed exactly once`);
    return { message, sha256: sha256(payload) };
}

function parseLink(link) {
    const url = new URL(link);
    const fragment = new URLSearchParams(url.hash.slice(1));
    const [key, pin] = [fragment.get('key'), fragment.get('pin')];
    check(url.protocol === 'https:' && key && pin, `${link} is not a tracker's link`);
    return { host: url.hostname, port: Number(url.port), key, pin };
}

/// A connection to who shows the certificate that the link names. Nothing has been sent over it yet.
function connect(tracker) {
    return new Promise((resolve, reject) => {
        const socket = tls.connect({ host: tracker.host, port: tracker.port, rejectUnauthorized: false, minVersion: 'TLSv1.3' });
        socket.once('error', reject);
        socket.once('secureConnect', () => {
            if (sha256(socket.getPeerCertificate().raw) === tracker.pin)
                return resolve(socket);
            socket.destroy();
            reject(new Error('the certificate is not the one that the link names'));
        });
    });
}

async function post(tracker, method, envelope) {
    const socket = await connect(tracker);
    return new Promise((resolve, reject) => {
        const request = https.request({
            method: 'POST',
            host: tracker.host,
            port: tracker.port,
            path: `/v1/${method}`,
            headers: { 'Content-Type': 'application/jose+json' },
            createConnection: () => socket,
        }, async (response) => {
            try {
                const chunks = [];
                for await (const chunk of response)
                    chunks.push(chunk);
                resolve({ status: response.statusCode, body: Buffer.concat(chunks) });
            } catch (error) {
                reject(error);
            }
        });
        request.once('error', reject);
        request.end(JSON.stringify(envelope));
    });
}

/// A request without members of its own, signed with a new key.
async function makeRequest(method, network, trackerKey) {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const jwk = await exportJWK(publicKey);
    const payload = new TextEncoder().encode(JSON.stringify({
        network,
        node: jwk.x,
        tracker: trackerKey,
        time: Date.now(),
        nonce: randomBytes(16).toString('hex'),
    }));
    const envelope = await new GeneralSign(payload)
        .addSignature(privateKey)
        .setProtectedHeader({ alg: 'EdDSA', typ: `mutoscope.${method}.v1`, jwk })
        .sign();
    return { envelope, sha256: sha256(payload), node: jwk.x };
}

async function ask(link, network, method, answerType, trackerKey) {
    const tracker = parseLink(link);
    const request = await makeRequest(method, network, trackerKey ?? tracker.key);
    const { status, body } = await post(tracker, method, request.envelope);
    check(status === 200, `HTTP ${status}: ${body}`);
    const { message } = await open(JSON.parse(body), answerType, ['node']);
    check(message.node === tracker.key, 'the answer is signed by another key than the one that the link names');
    check(message.request === request.sha256, 'the answer is for another request');
    check(message.network === network, 'the answer belongs to another network');
    return { asked: request.node, answer: message };
}

const zeroKey = base64url.encode(new Uint8Array(32));

const verbs = {
    async verify(type, file, ...members) {
        return open(JSON.parse(await readFile(file, 'utf8')), type, members);
    },

    handshake(link, network) {
        return ask(link, network, 'handshake', 'mutoscope.handshake.answer.v1', zeroKey);
    },

    async 'spend-address'(link, network) {
        const asked = await ask(link, network, 'getSpendAddress', 'mutoscope.address.answer.v1');
        const ordinary = sha256(createHash('sha224').update(base64url.decode(asked.asked)).digest());
        check(asked.answer.owner === ordinary, 'the owner is not the ordinary address of the key that asked');
        return asked;
    },

    async 'corrupted-handshake'(link, network) {
        const { envelope } = await makeRequest('handshake', network, zeroKey);
        const signature = base64url.decode(envelope.signatures[0].signature);
        signature[0] ^= 1;
        envelope.signatures[0].signature = base64url.encode(signature);
        const { status, body } = await post(parseLink(link), 'handshake', envelope);
        return { status, bytes: body.length };
    },
};

setTimeout(() => {
    console.error('nothing has come for too long');
    process.exit(1);
}, patienceMs).unref();

try {
    const [verb, ...values] = process.argv.slice(2);
    check(Object.hasOwn(verbs, verb), `there is no verb '${verb}'`);
    console.log(JSON.stringify(await verbs[verb](...values)));
} catch (error) {
    console.error(`${error.code ?? 'refused'}: ${error.message}`);
    process.exitCode = 1;
}
