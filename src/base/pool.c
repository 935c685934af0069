/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

enum { MAX_JOBS = 256 };

struct worker {
    struct sx_pool *pool;
    pthread_t thread;
    unsigned index;
};

struct sx_pool {
    pthread_mutex_t lock;
    pthread_cond_t begin, end;
    unsigned jobs;
    bool stop;
    unsigned long generation; /* counts loops, so that a worker joins each once */
    unsigned busy;            /* workers that have not finished the current loop */
    size_t n;
    atomic_size_t next;
    void (*turn)(void *context, size_t i, unsigned worker);
    void *context;
    struct worker workers[MAX_JOBS];
};

static unsigned processors(void)
{
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        return (unsigned)CPU_COUNT(&set);
#endif
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

static void take_turns(struct sx_pool *pool, unsigned worker)
{
    for (;;) {
        size_t i = atomic_fetch_add(&pool->next, 1);
        if (i >= pool->n)
            return;
        pool->turn(pool->context, i, worker);
    }
}

static void *work(void *argument)
{
    struct worker *self = argument;
    struct sx_pool *pool = self->pool;
    unsigned long seen = 0;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->stop && pool->generation == seen)
            pthread_cond_wait(&pool->begin, &pool->lock);
        if (pool->stop)
            break;
        seen = pool->generation;
        pthread_mutex_unlock(&pool->lock);
        take_turns(pool, self->index);
        pthread_mutex_lock(&pool->lock);
        if (--pool->busy == 0)
            pthread_cond_signal(&pool->end);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

struct sx_pool *sx_pool_new(unsigned jobs)
{
    struct sx_pool *pool = calloc(1, sizeof(*pool));
    if (pool == NULL) {
        fprintf(stderr, "sxlint: out of memory (%zu bytes wanted)\n", sizeof(*pool));
        abort();
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->begin, NULL);
    pthread_cond_init(&pool->end, NULL);
    jobs = jobs > 0 ? jobs : processors();
    jobs = jobs > MAX_JOBS ? MAX_JOBS : jobs;
    pool->jobs = 1;
    while (pool->jobs < jobs) {
        struct worker *w = &pool->workers[pool->jobs];
        *w = (struct worker){ .pool = pool, .index = pool->jobs };
        if (pthread_create(&w->thread, NULL, work, w) != 0)
            break;
        pool->jobs++;
    }
    return pool;
}

void sx_pool_free(struct sx_pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->begin);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 1; i < pool->jobs; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->end);
    pthread_cond_destroy(&pool->begin);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

unsigned sx_pool_jobs(const struct sx_pool *pool)
{
    return pool->jobs;
}

void sx_pool_for(struct sx_pool *pool, size_t n,
                 void (*turn)(void *context, size_t i, unsigned worker), void *context)
{
    pool->n = n;
    pool->turn = turn;
    pool->context = context;
    atomic_store(&pool->next, 0);
    if (pool->jobs == 1 || n < 2) {
        take_turns(pool, 0);
        return;
    }
    pthread_mutex_lock(&pool->lock);
    pool->generation++;
    pool->busy = pool->jobs - 1;
    pthread_cond_broadcast(&pool->begin);
    pthread_mutex_unlock(&pool->lock);
    take_turns(pool, 0);
    pthread_mutex_lock(&pool->lock);
    while (pool->busy > 0)
        pthread_cond_wait(&pool->end, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}
