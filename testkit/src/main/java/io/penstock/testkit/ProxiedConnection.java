package io.penstock.testkit;

import io.penstock.testkit.CuttingProxy.Direction;
import io.penstock.testkit.CuttingProxy.Moment;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * One client's connection. The client's messages are taken apart (PostgreSQL documentation, "Message Formats"), the server's bytes are
 * forwarded as they come. Two threads of its own.
 */
final class ProxiedConnection {
    private static final int BUFFER_BYTES = 1 << 16;
    /** Longer ones are data, not statements. */
    private static final int MAX_STATEMENT_BYTES = 1 << 14;

    private static final int PROTOCOL_3 = 3;
    /** ReadyForQuery outside a transaction. */
    private static final byte[] READY = {'Z', 0, 0, 0, 5, 'I'};

    private final CuttingProxy proxy;
    private final Socket client;
    private final Socket server;
    /** Names of statements that are a COMMIT, as the client has prepared them. */
    private final Set<String> commits = new HashSet<>();

    private volatile boolean swallowing;
    private volatile boolean cutAfterSync;

    ProxiedConnection(CuttingProxy proxy, Socket client, int port) throws IOException {
        this.proxy = proxy;
        this.client = client;
        try {
            this.server = new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            client.close();
            throw e;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
    }

    void start() {
        start("to-server", this::toServer);
        start("to-client", this::toClient);
    }

    private interface Pump {
        void run() throws IOException;
    }

    private void start(String name, Pump pump) {
        Thread thread = new Thread(
                () -> {
                    try {
                        pump.run();
                    } catch (IOException e) {
                        // One end is gone, so the other has to learn it.
                        cut();
                    }
                },
                "proxy-" + name + "-" + client.getPort());
        thread.setDaemon(true);
        thread.start();
    }

    void cut() {
        proxy.ended(this);
        for (Socket socket : new Socket[] {client, server}) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is closed already.
                continue;
            }
        }
    }

    private void toServer() throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream(), BUFFER_BYTES));
        OutputStream out = server.getOutputStream();
        boolean started = false;
        while (!started) {
            int length = in.readInt();
            byte[] packet = in.readNBytes(length - 4);
            started = ByteBuffer.wrap(packet).getShort() == PROTOCOL_3;
            send(out, ByteBuffer.allocate(4).putInt(length).array(), 4);
            send(out, packet, packet.length);
        }
        while (true) {
            message(in, out);
        }
    }

    private void message(DataInputStream in, OutputStream out) throws IOException {
        byte type = in.readByte();
        int length = in.readInt();
        byte[] header = ByteBuffer.allocate(5).put(type).putInt(length).array();
        boolean statement = (type == 'P' || type == 'B' || type == 'Q') && length <= MAX_STATEMENT_BYTES;
        if (!statement) {
            send(out, header, header.length);
            body(in, out, length - 4);
            if (type == 'S' && cutAfterSync) {
                throw new EOFException("cut behind a COMMIT");
            }
            return;
        }
        byte[] body = in.readNBytes(length - 4);
        if (isCommit(type, body)) {
            Moment moment = proxy.commitSeen();
            if (moment == Moment.BEFORE_COMMIT) {
                throw new EOFException("cut before a COMMIT");
            }
            cutAfterSync = moment == Moment.COMMIT_UNDER_WAY;
            swallowing = moment == Moment.ANSWER_LOST;
        }
        send(out, header, header.length);
        send(out, body, body.length);
    }

    private void body(DataInputStream in, OutputStream out, int length) throws IOException {
        byte[] buffer = new byte[Math.min(length, BUFFER_BYTES)];
        int left = length;
        while (left > 0) {
            int got = in.read(buffer, 0, Math.min(left, buffer.length));
            if (got < 0) {
                throw new EOFException();
            }
            send(out, buffer, got);
            left -= got;
        }
    }

    private boolean isCommit(byte type, byte[] body) {
        String[] texts = new String(body, StandardCharsets.ISO_8859_1).split("\0", 3);
        switch (type) {
            case 'Q' -> {
                return isCommit(texts[0]);
            }
            case 'P' -> {
                if (isCommit(texts[1])) {
                    commits.add(texts[0]);
                } else {
                    commits.remove(texts[0]);
                }
                return false;
            }
            default -> {
                return commits.contains(texts[1]);
            }
        }
    }

    private static boolean isCommit(String sql) {
        return sql.strip().toLowerCase(Locale.ROOT).equals("commit");
    }

    private void toClient() throws IOException {
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        while (true) {
            int got = in.read(buffer);
            if (got < 0) {
                throw new EOFException();
            }
            if (!swallowing) {
                write(out, buffer, got, Direction.TO_CLIENT);
            } else if (got >= READY.length && Arrays.equals(buffer, got - READY.length, got, READY, 0, READY.length)) {
                throw new EOFException("cut before the answer of a COMMIT");
            }
        }
    }

    private void send(OutputStream out, byte[] bytes, int length) throws IOException {
        write(out, bytes, length, Direction.TO_SERVER);
    }

    private void write(OutputStream out, byte[] bytes, int length, Direction direction) throws IOException {
        proxy.awaitFlow();
        int allowed = proxy.allowed(direction, length);
        out.write(bytes, 0, allowed);
        out.flush();
        if (allowed < length) {
            throw new EOFException("cut after a number of bytes");
        }
    }
}
