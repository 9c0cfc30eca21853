package io.penstock.postgres.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Properties;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets with libpq's keepalive times, and with a receive buffer that is set before connecting: afterwards the TCP window cannot
 * grow beyond what was agreed. Public, and with this constructor, because the driver creates it by its name.
 */
public final class TcpSocketFactory extends SocketFactory {
    static final String KEEPALIVE_IDLE = "penstock.keepalivesIdle";
    static final String KEEPALIVE_INTERVAL = "penstock.keepalivesInterval";
    static final String KEEPALIVE_COUNT = "penstock.keepalivesCount";
    static final String RECEIVE_BUFFER = "penstock.receiveBufferBytes";

    private final Properties settings;

    public TcpSocketFactory(Properties settings) {
        this.settings = settings;
    }

    @Override
    public Socket createSocket() throws IOException {
        Socket socket = new Socket();
        set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE);
        set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL);
        set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_COUNT);
        int receiveBuffer = number(RECEIVE_BUFFER);
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        return socket;
    }

    private void set(Socket socket, SocketOption<Integer> option, String name) throws IOException {
        int value = number(name);
        // As in libpq, zero means the system's default, and a system without the option ignores it.
        if (value > 0 && socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }

    private int number(String name) {
        return Integer.parseInt(settings.getProperty(name, "0"));
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("the driver connects the socket itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException("the driver connects the socket itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("the driver connects the socket itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException("the driver connects the socket itself");
    }
}
