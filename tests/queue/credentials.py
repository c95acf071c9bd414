"""A .creds file as NATS' tools make it, and a server's configuration that knows its user: an operator
signs an account, the account a user (https://docs.nats.io, "Decentralized JWT authentication").
Signatures are openssl's."""
import base64
import binascii
import hashlib
import json
import os
import subprocess

OPERATOR, ACCOUNT, USER, SEED = 14 << 3, 0, 20 << 3, 18 << 3  # first letters O, A, U, S
UNLIMITED = {name: -1 for name in [
    "subs", "data", "payload", "imports", "exports", "conn", "leaf", "mem_storage", "disk_storage",
    "streams", "consumer"]}


def base32(data):
    """With the checksum that nkeys have."""
    crc = binascii.crc_hqx(data, 0).to_bytes(2, "little")
    return base64.b32encode(data + crc).decode().rstrip("=")


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Key:
    """An Ed25519 key pair as an nkey."""

    def __init__(self, folder, kind):
        self._folder = folder
        self._path = os.path.join(folder, f"{len(os.listdir(folder))}.pem")
        self._openssl("genpkey", "-algorithm", "ed25519", "-out", self._path)
        secret = self._openssl("pkey", "-in", self._path, "-outform", "DER")[-32:]
        public = self._openssl("pkey", "-in", self._path, "-pubout", "-outform", "DER")[-32:]
        self.public = base32(bytes([kind]) + public)
        self.seed = base32(bytes([SEED | kind >> 5, (kind & 31) << 3]) + secret)

    @staticmethod
    def _openssl(*arguments):
        return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout

    def jwt(self, subject, name, claims):
        """That the key says this of the subject."""
        payload = {"iat": 1, "iss": self.public, "name": name, "sub": subject,
                   "nats": {**claims, "version": 2}}
        payload["jti"] = base64.b32encode(
            hashlib.sha256(json.dumps(payload).encode()).digest()).decode().rstrip("=")
        text = ".".join(base64url(json.dumps(part).encode()) for part in
                        [{"typ": "JWT", "alg": "ed25519-nkey"}, payload])
        path = os.path.join(self._folder, "text")
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return text + "." + base64url(
            self._openssl("pkeyutl", "-sign", "-inkey", self._path, "-rawin", "-in", path))


def make(folder):
    """The paths of a server's configuration and of a user's credentials."""
    operator, account, user = (Key(folder, kind) for kind in (OPERATOR, ACCOUNT, USER))
    system = Key(folder, ACCOUNT)
    operator_jwt = operator.jwt(operator.public, "operator",
                                {"type": "operator", "system_account": system.public})
    account_jwt = operator.jwt(account.public, "account", {
        "type": "account", "limits": {**UNLIMITED, "wildcards": True}})
    system_jwt = operator.jwt(system.public, "system", {"type": "account"})
    user_jwt = account.jwt(user.public, "user", {
        "type": "user", "subs": -1, "data": -1, "payload": -1})
    config, creds = os.path.join(folder, "nats.conf"), os.path.join(folder, "user.creds")
    with open(config, "w", encoding="ascii") as file:
        file.write(f"operator: {operator_jwt}\nresolver: MEMORY\n"
                   f"resolver_preload: {{\n  {account.public}: {account_jwt}\n"
                   f"  {system.public}: {system_jwt}\n}}\n")
    with open(creds, "w", encoding="ascii") as file:
        file.write(f"-----BEGIN NATS USER JWT-----\n{user_jwt}\n------END NATS USER JWT------\n\n"
                   f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n")
    return config, creds
